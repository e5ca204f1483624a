# SPDX-License-Identifier: MIT
# make docs writes this file from the client's table of options.

complete -c pgtask -f
complete -c pgtask -n 'not __fish_seen_subcommand_from list show watch led check help' -a list -d 'list tasks'
complete -c pgtask -n 'not __fish_seen_subcommand_from list show watch led check help' -a show -d 'show every fact of one task'
complete -c pgtask -n 'not __fish_seen_subcommand_from list show watch led check help' -a watch -d 'follow tasks to their end'
complete -c pgtask -n 'not __fish_seen_subcommand_from list show watch led check help' -a led -d 'show tasks with an LED'
complete -c pgtask -n 'not __fish_seen_subcommand_from list show watch led check help' -a check -d 'look once, as a plugin of Nagios and Icinga'
complete -c pgtask -n 'not __fish_seen_subcommand_from list show watch led check help' -a help -d 'print the options of a command'
complete -c pgtask -n '__fish_seen_subcommand_from help' -a 'list show watch led check'
complete -c pgtask -n 'not __fish_seen_subcommand_from list show watch led check help' -l help -d 'print the options of every command'
complete -c pgtask -n 'not __fish_seen_subcommand_from list show watch led check help' -l version -d 'print the version'
complete -c pgtask -n '__fish_seen_subcommand_from list' -l task-id -d 'list only this task' -x
complete -c pgtask -n '__fish_seen_subcommand_from list' -l instance -d 'list only tasks of this instance, such as postgres-q6fj84vb' -x
complete -c pgtask -n '__fish_seen_subcommand_from list' -l type -d 'print only tasks of these types, which pgtask chooses among those that the service sends' -x -a '(__fish_append , RestoreDatabase CloneInstance RestartInstance DestroyInstance ModifyInstanceParams other)'
complete -c pgtask -n '__fish_seen_subcommand_from list' -l status -d 'print only tasks with one of these statuses, chosen in the same way' -x -a '(__fish_append , Running Success Fail Pause WaitSwitch other)'
complete -c pgtask -n '__fish_seen_subcommand_from list' -l min-start -d 'earliest start' -x
complete -c pgtask -n '__fish_seen_subcommand_from list' -l max-start -d 'latest start, in the same forms' -x
complete -c pgtask -n '__fish_seen_subcommand_from list' -l limit -s n -d 'tasks on a page, 1 to 100' -x
complete -c pgtask -n '__fish_seen_subcommand_from list' -l offset -d 'skip the first N tasks' -x
complete -c pgtask -n '__fish_seen_subcommand_from list' -l order-by -d 'sort by StartTime' -x -a 'StartTime EndTime'
complete -c pgtask -n '__fish_seen_subcommand_from list' -l order -d 'desc, newest first' -x -a 'desc asc'
complete -c pgtask -n '__fish_seen_subcommand_from list' -l all -d 'list every page'
complete -c pgtask -n '__fish_seen_subcommand_from list' -l count -d 'list N times over one connection, until one listing fails' -x
complete -c pgtask -n '__fish_seen_subcommand_from list' -l interval -d 'with --count, time from the start of one listing to the start of the next' -x
complete -c pgtask -n '__fish_seen_subcommand_from list' -l output -s o -d 'format' -x -a 'table json jsonl csv'
complete -c pgtask -n '__fish_seen_subcommand_from list' -l columns -d 'columns of the table or of csv, in this order' -x
complete -c pgtask -n '__fish_seen_subcommand_from list' -l wide -d 'print every column whole'
complete -c pgtask -n '__fish_seen_subcommand_from list' -l quiet -d 'print only tasks, events, warnings and errors'
complete -c pgtask -n '__fish_seen_subcommand_from list' -l dry-run -d 'send nothing'
complete -c pgtask -n '__fish_seen_subcommand_from list' -l as-curl -d 'send nothing'
complete -c pgtask -n '__fish_seen_subcommand_from list' -l ascii -d 'write only ASCII'
complete -c pgtask -n '__fish_seen_subcommand_from list' -l ui-language -d 'language of this program\'s texts' -x -a 'zh en'
complete -c pgtask -n '__fish_seen_subcommand_from list' -l utc -d 'print and read times in UTC'
complete -c pgtask -n '__fish_seen_subcommand_from list' -l local -d 'print and read times as local time'
complete -c pgtask -n '__fish_seen_subcommand_from list' -l region -s r -d 'region of the tasks, such as ap-guangzhou' -x
complete -c pgtask -n '__fish_seen_subcommand_from list' -l profile -d 'profile of the SDKs or of tccli with the keys, instead of those in the environment' -x
complete -c pgtask -n '__fish_seen_subcommand_from list' -l use-cvm-role -d 'take the keys of the role that is bound to this machine, a CVM'
complete -c pgtask -n '__fish_seen_subcommand_from list' -l role-arn -d 'assume this role with the keys' -x
complete -c pgtask -n '__fish_seen_subcommand_from list' -l role-session-name -d 'name of the session with --role-arn' -x
complete -c pgtask -n '__fish_seen_subcommand_from list' -l endpoint -d 'the host that is signed and verified' -x
complete -c pgtask -n '__fish_seen_subcommand_from list' -l fallback-endpoint -d 'a second host, used if the endpoint has no address, cannot be reached or fails in TLS' -x
complete -c pgtask -n '__fish_seen_subcommand_from list' -l connect -d 'where to connect, for a tunnel' -x
complete -c pgtask -n '__fish_seen_subcommand_from list' -l proxy -d 'the HTTP proxy to go through, http' -x
complete -c pgtask -n '__fish_seen_subcommand_from list' -l ca-file -d 'trusted CA certificates' -r -F
complete -c pgtask -n '__fish_seen_subcommand_from list' -l tls-max -d 'newest version of TLS that is offered' -x -a '1.2 1.3'
complete -c pgtask -n '__fish_seen_subcommand_from list' -l no-clock -d 'do not trust this device\'s clock, which may be fast'
complete -c pgtask -n '__fish_seen_subcommand_from list' -l timeout -d 'deadline of one listing, or with --all of each page, retries included' -x
complete -c pgtask -n '__fish_seen_subcommand_from list' -l attempts -d 'tries of one request' -x
complete -c pgtask -n '__fish_seen_subcommand_from list' -l language -d 'language of the service\'s messages' -x -a 'zh-CN en-US'
complete -c pgtask -n '__fish_seen_subcommand_from list' -l verbose -d 'report connection, bytes and RAM on standard error'
complete -c pgtask -n '__fish_seen_subcommand_from list' -l help -s h -d 'print this text'
complete -c pgtask -n '__fish_seen_subcommand_from list' -l version -s V -d 'print the version of this program and of the API'
complete -c pgtask -n '__fish_seen_subcommand_from show' -l task-id -d 'the task' -x
complete -c pgtask -n '__fish_seen_subcommand_from show' -l output -s o -d 'format' -x -a 'table json jsonl csv'
complete -c pgtask -n '__fish_seen_subcommand_from show' -l ascii -d 'write only ASCII'
complete -c pgtask -n '__fish_seen_subcommand_from show' -l ui-language -d 'language of this program\'s texts' -x -a 'zh en'
complete -c pgtask -n '__fish_seen_subcommand_from show' -l utc -d 'print times in UTC'
complete -c pgtask -n '__fish_seen_subcommand_from show' -l local -d 'print times as local time'
complete -c pgtask -n '__fish_seen_subcommand_from show' -l region -s r -d 'region of the tasks, such as ap-guangzhou' -x
complete -c pgtask -n '__fish_seen_subcommand_from show' -l profile -d 'profile of the SDKs or of tccli with the keys, instead of those in the environment' -x
complete -c pgtask -n '__fish_seen_subcommand_from show' -l use-cvm-role -d 'take the keys of the role that is bound to this machine, a CVM'
complete -c pgtask -n '__fish_seen_subcommand_from show' -l role-arn -d 'assume this role with the keys' -x
complete -c pgtask -n '__fish_seen_subcommand_from show' -l role-session-name -d 'name of the session with --role-arn' -x
complete -c pgtask -n '__fish_seen_subcommand_from show' -l endpoint -d 'the host that is signed and verified' -x
complete -c pgtask -n '__fish_seen_subcommand_from show' -l fallback-endpoint -d 'a second host, used if the endpoint has no address, cannot be reached or fails in TLS' -x
complete -c pgtask -n '__fish_seen_subcommand_from show' -l connect -d 'where to connect, for a tunnel' -x
complete -c pgtask -n '__fish_seen_subcommand_from show' -l proxy -d 'the HTTP proxy to go through, http' -x
complete -c pgtask -n '__fish_seen_subcommand_from show' -l ca-file -d 'trusted CA certificates' -r -F
complete -c pgtask -n '__fish_seen_subcommand_from show' -l tls-max -d 'newest version of TLS that is offered' -x -a '1.2 1.3'
complete -c pgtask -n '__fish_seen_subcommand_from show' -l no-clock -d 'do not trust this device\'s clock, which may be fast'
complete -c pgtask -n '__fish_seen_subcommand_from show' -l timeout -d 'deadline of one listing, or with --all of each page, retries included' -x
complete -c pgtask -n '__fish_seen_subcommand_from show' -l attempts -d 'tries of one request' -x
complete -c pgtask -n '__fish_seen_subcommand_from show' -l language -d 'language of the service\'s messages' -x -a 'zh-CN en-US'
complete -c pgtask -n '__fish_seen_subcommand_from show' -l verbose -d 'report connection, bytes and RAM on standard error'
complete -c pgtask -n '__fish_seen_subcommand_from show' -l help -s h -d 'print this text'
complete -c pgtask -n '__fish_seen_subcommand_from show' -l version -s V -d 'print the version of this program and of the API'
complete -c pgtask -n '__fish_seen_subcommand_from watch' -l task-id -d 'the task' -x
complete -c pgtask -n '__fish_seen_subcommand_from watch' -l instance -d 'follow the tasks of this instance' -x
complete -c pgtask -n '__fish_seen_subcommand_from watch' -l type -d 'with --instance, follow only tasks of these types' -x -a '(__fish_append , RestoreDatabase CloneInstance RestartInstance DestroyInstance ModifyInstanceParams other)'
complete -c pgtask -n '__fish_seen_subcommand_from watch' -l interval -d 'poll interval while a task runs' -x
complete -c pgtask -n '__fish_seen_subcommand_from watch' -l idle -d 'poll interval while no task runs' -x
complete -c pgtask -n '__fish_seen_subcommand_from watch' -l stale -d 'report stale data after this long without a good answer' -x
complete -c pgtask -n '__fish_seen_subcommand_from watch' -l until-done -d 'with --instance, end once every task has ended or needs an operator, or if no task appears within 2 minutes'
complete -c pgtask -n '__fish_seen_subcommand_from watch' -l wait-pause -d 'wait for a paused task to go on, instead of ending with exit status 6'
complete -c pgtask -n '__fish_seen_subcommand_from watch' -l max-wait -d 'end after this long in any case, with exit status 7 if a task has not ended' -x
complete -c pgtask -n '__fish_seen_subcommand_from watch' -l exec -d 'run this program for each event' -r -F
complete -c pgtask -n '__fish_seen_subcommand_from watch' -l output -s o -d 'format' -x -a 'table json jsonl csv'
complete -c pgtask -n '__fish_seen_subcommand_from watch' -l quiet -d 'print only tasks, events, warnings and errors'
complete -c pgtask -n '__fish_seen_subcommand_from watch' -l ascii -d 'write only ASCII'
complete -c pgtask -n '__fish_seen_subcommand_from watch' -l ui-language -d 'language of this program\'s texts' -x -a 'zh en'
complete -c pgtask -n '__fish_seen_subcommand_from watch' -l utc -d 'print times of tasks in UTC'
complete -c pgtask -n '__fish_seen_subcommand_from watch' -l local -d 'print times of tasks and of events as local time'
complete -c pgtask -n '__fish_seen_subcommand_from watch' -l region -s r -d 'region of the tasks, such as ap-guangzhou' -x
complete -c pgtask -n '__fish_seen_subcommand_from watch' -l profile -d 'profile of the SDKs or of tccli with the keys, instead of those in the environment' -x
complete -c pgtask -n '__fish_seen_subcommand_from watch' -l use-cvm-role -d 'take the keys of the role that is bound to this machine, a CVM'
complete -c pgtask -n '__fish_seen_subcommand_from watch' -l role-arn -d 'assume this role with the keys' -x
complete -c pgtask -n '__fish_seen_subcommand_from watch' -l role-session-name -d 'name of the session with --role-arn' -x
complete -c pgtask -n '__fish_seen_subcommand_from watch' -l endpoint -d 'the host that is signed and verified' -x
complete -c pgtask -n '__fish_seen_subcommand_from watch' -l fallback-endpoint -d 'a second host, used if the endpoint has no address, cannot be reached or fails in TLS' -x
complete -c pgtask -n '__fish_seen_subcommand_from watch' -l connect -d 'where to connect, for a tunnel' -x
complete -c pgtask -n '__fish_seen_subcommand_from watch' -l proxy -d 'the HTTP proxy to go through, http' -x
complete -c pgtask -n '__fish_seen_subcommand_from watch' -l ca-file -d 'trusted CA certificates' -r -F
complete -c pgtask -n '__fish_seen_subcommand_from watch' -l tls-max -d 'newest version of TLS that is offered' -x -a '1.2 1.3'
complete -c pgtask -n '__fish_seen_subcommand_from watch' -l no-clock -d 'do not trust this device\'s clock, which may be fast'
complete -c pgtask -n '__fish_seen_subcommand_from watch' -l timeout -d 'deadline of one listing, or with --all of each page, retries included' -x
complete -c pgtask -n '__fish_seen_subcommand_from watch' -l attempts -d 'tries of one request' -x
complete -c pgtask -n '__fish_seen_subcommand_from watch' -l language -d 'language of the service\'s messages' -x -a 'zh-CN en-US'
complete -c pgtask -n '__fish_seen_subcommand_from watch' -l verbose -d 'report connection, bytes and RAM on standard error'
complete -c pgtask -n '__fish_seen_subcommand_from watch' -l help -s h -d 'print this text'
complete -c pgtask -n '__fish_seen_subcommand_from watch' -l version -s V -d 'print the version of this program and of the API'
complete -c pgtask -n '__fish_seen_subcommand_from led' -l task-id -d 'the task' -x
complete -c pgtask -n '__fish_seen_subcommand_from led' -l instance -d 'show the tasks of this instance' -x
complete -c pgtask -n '__fish_seen_subcommand_from led' -l type -d 'with --instance, show only tasks of these types' -x -a '(__fish_append , RestoreDatabase CloneInstance RestartInstance DestroyInstance ModifyInstanceParams other)'
complete -c pgtask -n '__fish_seen_subcommand_from led' -l led -d 'driver' -x
complete -c pgtask -n '__fish_seen_subcommand_from led' -l show-success -d 'how long success is shown' -x
complete -c pgtask -n '__fish_seen_subcommand_from led' -l interval -d 'poll interval while a task runs' -x
complete -c pgtask -n '__fish_seen_subcommand_from led' -l idle -d 'poll interval while no task runs' -x
complete -c pgtask -n '__fish_seen_subcommand_from led' -l stale -d 'report stale data after this long without a good answer' -x
complete -c pgtask -n '__fish_seen_subcommand_from led' -l metrics-file -d 'write figures for Prometheus' -r -F
complete -c pgtask -n '__fish_seen_subcommand_from led' -l ascii -d 'write only ASCII'
complete -c pgtask -n '__fish_seen_subcommand_from led' -l ui-language -d 'language of this program\'s texts' -x -a 'zh en'
complete -c pgtask -n '__fish_seen_subcommand_from led' -l region -s r -d 'region of the tasks, such as ap-guangzhou' -x
complete -c pgtask -n '__fish_seen_subcommand_from led' -l profile -d 'profile of the SDKs or of tccli with the keys, instead of those in the environment' -x
complete -c pgtask -n '__fish_seen_subcommand_from led' -l use-cvm-role -d 'take the keys of the role that is bound to this machine, a CVM'
complete -c pgtask -n '__fish_seen_subcommand_from led' -l role-arn -d 'assume this role with the keys' -x
complete -c pgtask -n '__fish_seen_subcommand_from led' -l role-session-name -d 'name of the session with --role-arn' -x
complete -c pgtask -n '__fish_seen_subcommand_from led' -l endpoint -d 'the host that is signed and verified' -x
complete -c pgtask -n '__fish_seen_subcommand_from led' -l fallback-endpoint -d 'a second host, used if the endpoint has no address, cannot be reached or fails in TLS' -x
complete -c pgtask -n '__fish_seen_subcommand_from led' -l connect -d 'where to connect, for a tunnel' -x
complete -c pgtask -n '__fish_seen_subcommand_from led' -l proxy -d 'the HTTP proxy to go through, http' -x
complete -c pgtask -n '__fish_seen_subcommand_from led' -l ca-file -d 'trusted CA certificates' -r -F
complete -c pgtask -n '__fish_seen_subcommand_from led' -l tls-max -d 'newest version of TLS that is offered' -x -a '1.2 1.3'
complete -c pgtask -n '__fish_seen_subcommand_from led' -l no-clock -d 'do not trust this device\'s clock, which may be fast'
complete -c pgtask -n '__fish_seen_subcommand_from led' -l timeout -d 'deadline of one listing, or with --all of each page, retries included' -x
complete -c pgtask -n '__fish_seen_subcommand_from led' -l attempts -d 'tries of one request' -x
complete -c pgtask -n '__fish_seen_subcommand_from led' -l language -d 'language of the service\'s messages' -x -a 'zh-CN en-US'
complete -c pgtask -n '__fish_seen_subcommand_from led' -l verbose -d 'report connection, bytes and RAM on standard error'
complete -c pgtask -n '__fish_seen_subcommand_from led' -l help -s h -d 'print this text'
complete -c pgtask -n '__fish_seen_subcommand_from led' -l version -s V -d 'print the version of this program and of the API'
complete -c pgtask -n '__fish_seen_subcommand_from check' -l task-id -d 'the task' -x
complete -c pgtask -n '__fish_seen_subcommand_from check' -l instance -d 'look at the tasks of this instance' -x
complete -c pgtask -n '__fish_seen_subcommand_from check' -l type -d 'with --instance, look only at tasks of these types' -x -a '(__fish_append , RestoreDatabase CloneInstance RestartInstance DestroyInstance ModifyInstanceParams other)'
complete -c pgtask -n '__fish_seen_subcommand_from check' -l lookback -d 'for how long a task that has ended counts' -x
complete -c pgtask -n '__fish_seen_subcommand_from check' -l ascii -d 'write only ASCII'
complete -c pgtask -n '__fish_seen_subcommand_from check' -l ui-language -d 'language of this program\'s texts' -x -a 'zh en'
complete -c pgtask -n '__fish_seen_subcommand_from check' -l region -s r -d 'region of the tasks, such as ap-guangzhou' -x
complete -c pgtask -n '__fish_seen_subcommand_from check' -l profile -d 'profile of the SDKs or of tccli with the keys, instead of those in the environment' -x
complete -c pgtask -n '__fish_seen_subcommand_from check' -l use-cvm-role -d 'take the keys of the role that is bound to this machine, a CVM'
complete -c pgtask -n '__fish_seen_subcommand_from check' -l role-arn -d 'assume this role with the keys' -x
complete -c pgtask -n '__fish_seen_subcommand_from check' -l role-session-name -d 'name of the session with --role-arn' -x
complete -c pgtask -n '__fish_seen_subcommand_from check' -l endpoint -d 'the host that is signed and verified' -x
complete -c pgtask -n '__fish_seen_subcommand_from check' -l fallback-endpoint -d 'a second host, used if the endpoint has no address, cannot be reached or fails in TLS' -x
complete -c pgtask -n '__fish_seen_subcommand_from check' -l connect -d 'where to connect, for a tunnel' -x
complete -c pgtask -n '__fish_seen_subcommand_from check' -l proxy -d 'the HTTP proxy to go through, http' -x
complete -c pgtask -n '__fish_seen_subcommand_from check' -l ca-file -d 'trusted CA certificates' -r -F
complete -c pgtask -n '__fish_seen_subcommand_from check' -l tls-max -d 'newest version of TLS that is offered' -x -a '1.2 1.3'
complete -c pgtask -n '__fish_seen_subcommand_from check' -l no-clock -d 'do not trust this device\'s clock, which may be fast'
complete -c pgtask -n '__fish_seen_subcommand_from check' -l timeout -d 'deadline of one listing, or with --all of each page, retries included' -x
complete -c pgtask -n '__fish_seen_subcommand_from check' -l attempts -d 'tries of one request' -x
complete -c pgtask -n '__fish_seen_subcommand_from check' -l language -d 'language of the service\'s messages' -x -a 'zh-CN en-US'
complete -c pgtask -n '__fish_seen_subcommand_from check' -l verbose -d 'report connection, bytes and RAM on standard error'
complete -c pgtask -n '__fish_seen_subcommand_from check' -l help -s h -d 'print this text'
complete -c pgtask -n '__fish_seen_subcommand_from check' -l version -s V -d 'print the version of this program and of the API'
