# SPDX-License-Identifier: MIT
# make docs writes this file from the client's table of options.

# Offers words that begin with what is typed; in a list with commas, with what follows the last one.
_pgtask_offer()
{
    local typed=$1 before=''
    shift
    case $typed in *,*) before=${typed%,*}, typed=${typed##*,} ;; esac
    COMPREPLY=()
    local word
    for word; do
        case $word in "$typed"*) COMPREPLY+=("$before$word") ;; esac
    done
}

# Offers files; readline quotes blanks in their names.
_pgtask_offer_files()
{
    local name
    COMPREPLY=()
    while IFS= read -r name; do
        COMPREPLY+=("$name")
    done < <(compgen -f -- "$1")
    compopt -o filenames 2>/dev/null
}

# _pgtask_value OPTION TYPED: whether the option takes a value, which is offered then
_pgtask_value()
{
    case $1 in
    --task-id | --TaskId | --instance | --DBInstanceId | --lookback | --min-start | --MinStartTime | --max-start | --MaxStartTime | --limit | -n | --Limit | --offset | --Offset | --count | --interval | --led | --show-success | --idle | --stale | --max-wait | --columns | --region | -r | --profile | --role-arn | --role-session-name | --endpoint | --fallback-endpoint | --connect | --proxy | --timeout | --attempts) : ;;
    --type) _pgtask_offer "$2" RestoreDatabase CloneInstance RestartInstance DestroyInstance ModifyInstanceParams other ;;
    --status) _pgtask_offer "$2" Running Success Fail Pause WaitSwitch other ;;
    --order-by | --OrderBy) _pgtask_offer "$2" StartTime EndTime ;;
    --order | --OrderByType) _pgtask_offer "$2" desc asc ;;
    --exec | --metrics-file | --ca-file) _pgtask_offer_files "$2" ;;
    --output | -o) _pgtask_offer "$2" table json jsonl csv ;;
    --ui-language) _pgtask_offer "$2" zh en ;;
    --tls-max) _pgtask_offer "$2" 1.2 1.3 ;;
    --language) _pgtask_offer "$2" zh-CN en-US ;;
    *) return 1 ;;
    esac
}

_pgtask()
{
    local typed=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} command='' i
    COMPREPLY=()
    # bash takes the sign of --option=value for a word.
    [ "$typed" != = ] || typed=''
    [ "$before" != = ] || before=${COMP_WORDS[COMP_CWORD - 2]}
    [ "${COMP_WORDS[COMP_CWORD]}" != = ] || before=${COMP_WORDS[COMP_CWORD - 1]}
    for ((i = 1; i < COMP_CWORD; i++)); do
        case ${COMP_WORDS[i]} in list | show | watch | led | check | help) command=${COMP_WORDS[i]}; break ;; esac
    done
    _pgtask_value "$before" "$typed" && return
    case $command in
    list) _pgtask_offer "$typed" --task-id --instance --type --status --min-start --max-start --limit --offset --order-by --order --all --count --interval --output --columns --wide --quiet --dry-run --as-curl --ascii --ui-language --utc --local --region --profile --use-cvm-role --role-arn --role-session-name --endpoint --fallback-endpoint --connect --proxy --ca-file --tls-max --no-clock --timeout --attempts --language --verbose --help --version ;;
    show) _pgtask_offer "$typed" --task-id --output --ascii --ui-language --utc --local --region --profile --use-cvm-role --role-arn --role-session-name --endpoint --fallback-endpoint --connect --proxy --ca-file --tls-max --no-clock --timeout --attempts --language --verbose --help --version ;;
    watch) _pgtask_offer "$typed" --task-id --instance --type --interval --idle --stale --until-done --wait-pause --max-wait --exec --output --quiet --ascii --ui-language --utc --local --region --profile --use-cvm-role --role-arn --role-session-name --endpoint --fallback-endpoint --connect --proxy --ca-file --tls-max --no-clock --timeout --attempts --language --verbose --help --version ;;
    led) _pgtask_offer "$typed" --task-id --instance --type --led --show-success --interval --idle --stale --metrics-file --ascii --ui-language --region --profile --use-cvm-role --role-arn --role-session-name --endpoint --fallback-endpoint --connect --proxy --ca-file --tls-max --no-clock --timeout --attempts --language --verbose --help --version ;;
    check) _pgtask_offer "$typed" --task-id --instance --type --lookback --ascii --ui-language --region --profile --use-cvm-role --role-arn --role-session-name --endpoint --fallback-endpoint --connect --proxy --ca-file --tls-max --no-clock --timeout --attempts --language --verbose --help --version ;;
    help) _pgtask_offer "$typed" list show watch led check ;;
    *) _pgtask_offer "$typed" list show watch led check help --help --version ;;
    esac
}

complete -F _pgtask pgtask
