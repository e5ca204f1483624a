/* SPDX-License-Identifier: MIT */
/* The program's texts in both languages. A text that is new or has changed needs its row here, with
 * the same conversions in the same order: tests/e2e/test_chinese.py says which. The rows are in the
 * order of strcmp() by the English texts. */
#include "base/language.h"

#if PGTASK_CHINESE

struct language_row const language_rows[] = {
    {"\n"
     "%s:\n",
     "\n"
     "%s：\n"},
    {"\n"
     "Canonical request:\n"
     "\n"
     "POST\n"
     "/\n"
     "\n",
     "\n"
     "规范请求串：\n"
     "\n"
     "POST\n"
     "/\n"
     "\n"},
    {"\n"
     "Credentials, never on the command line, which other users can see:\n"
     "  TENCENTCLOUD_SECRET_ID, TENCENTCLOUD_SECRET_KEY, and TENCENTCLOUD_TOKEN if\n"
     "  the keys are temporary; or else the file TENCENTCLOUD_CREDENTIALS_FILE, by\n"
     "  default ~/.tencentcloud/credentials:\n"
     "      [default]\n"
     "      secret_id = ...\n"
     "      secret_key = ...\n"
     "  or /etc/tencentcloud/credentials, or what tccli has in ~/.tccli, or the role\n"
     "  of this machine, a CVM.\n",
     "\n"
     "密钥绝不写在命令行上，因为其他用户看得到命令行：\n"
     "  TENCENTCLOUD_SECRET_ID、TENCENTCLOUD_SECRET_KEY，临时密钥再加\n"
     "  TENCENTCLOUD_TOKEN；否则写在 TENCENTCLOUD_CREDENTIALS_FILE 指定的文件里，\n"
     "  默认是 ~/.tencentcloud/credentials：\n"
     "      [default]\n"
     "      secret_id = ...\n"
     "      secret_key = ...\n"
     "  或者用 /etc/tencentcloud/credentials、~/.tccli 里 tccli 的配置，或本机\n"
     "  （CVM）绑定的角色。\n"},
    {"\n"
     "Examples:\n",
     "\n"
     "示例：\n"},
    {"\n"
     "Exit status:\n",
     "\n"
     "退出码：\n"},
    {"\n"
     "Program of --exec:\n"
     "  It runs without a shell and without arguments, one at a time, at most 60 s.\n"
     "  Its environment has the facts: PGTASK_EVENT, _AT, _REGION, _TASK_ID,\n"
     "  _TASK_TYPE, _INSTANCE, _STATUS, _PROGRESS, _STEP, _STEP_AT, _STEP_COUNT,\n"
     "  _MESSAGE, and in seconds _ELAPSED, _LEFT_LEAST, _LEFT_MOST. While it runs, the\n"
     "  last event of each task waits, and every ended, operator, vanished and absent.\n"
     "\n"
     "Events:\n"
     "  appeared, progressed, step, resumed, wait_switch, operator, unknown_status,\n"
     "  ended, vanished, absent; and of the watch: trouble, stale, back.\n",
     "\n"
     "--exec 的程序：\n"
     "  它不经过 shell，也不带参数；一次运行一个，最多 60 秒。\n"
     "  环境变量里有各项信息：PGTASK_EVENT、_AT、_REGION、_TASK_ID、\n"
     "  _TASK_TYPE、_INSTANCE、_STATUS、_PROGRESS、_STEP、_STEP_AT、_STEP_COUNT、\n"
     "  _MESSAGE，以及以秒计的 _ELAPSED、_LEFT_LEAST、_LEFT_MOST。它运行时，\n"
     "  每个任务只留最后一个事件等待；ended、operator、vanished、absent 都会留下。\n"
     "\n"
     "事件：\n"
     "  appeared、progressed、step、resumed、wait_switch、operator、unknown_status、\n"
     "  ended、vanished、absent；以及跟踪本身的 trouble、stale、back。\n"},
    {"\n"
     "Signals:\n"
     "  SIGUSR1                acknowledge: the LED forgets tasks that have ended\n"
     "  SIGHUP                 read the credentials and CA certificates again; if a\n"
     "                         terminal sends it, because it was closed: end\n",
     "\n"
     "信号：\n"
     "  SIGUSR1                确认：LED 不再显示已经结束的任务\n"
     "  SIGHUP                 重新读取密钥和 CA 证书；如果是终端关闭时发出的：结束\n"},
    {"\n"
     "String to sign:\n"
     "\n"
     "TC3-HMAC-SHA256\n"
     "%ju\n"
     "%s/%s/tc3_request\n"
     "%s\n",
     "\n"
     "待签名字符串：\n"
     "\n"
     "TC3-HMAC-SHA256\n"
     "%ju\n"
     "%s/%s/tc3_request\n"
     "%s\n"},
    {"\n"
     "What it prints:\n"
     "  PGTASK STATE: a task or the trouble | figures. Each other task has a line.\n"
     "  A task in Fail no longer counts once a later one of its type has ended in\n"
     "  Success.\n",
     "\n"
     "输出：\n"
     "  PGTASK 状态: 任务或故障 | 性能数据。其余任务每个一行。\n"
     "  同类型的后续任务以 Success 结束后，之前的 Fail 不再计入。\n"},
    {"  Backed up", "  备份时间"},
    {"  Backup", "  备份"},
    {"  Message", "  消息"},
    {"  Objects", "  对象"},
    {"  To time", "  恢复到"},
    {"  Type", "  类型"},
    {"  With several tasks, the worst one counts: 1, 6, 8, 7, 0.\n",
     "  有多个任务时取最坏的一个，依次为 1、6、8、7、0。\n"},
    {"  and %u more\n", "  另有 %u 个\n"},
    {" at %s", "，时间为 %s"},
    {" at %s port %u", "，连接 %s 端口 %u"},
    {" elapsed", "（已用）"},
    {" in %s", "（在 %s 中）"},
    {" in the maintenance window", "，在维护时间内"},
    {" in the maintenance window, %s", "，在维护时间内，%s"},
    {" of %ju", "，共 %ju 个"},
    {" of %ju; use --all for the rest", "，共 %ju 个；用 --all 查看其余的"},
    {" of the system, so this is missing:", "（系统自带），因此缺少："},
    {" so far", "（至今）"},
    {" that started between %s and %s", "，开始时间：%s 到 %s"},
    {" that started in the last 180 days", "，开始时间：最近 180 天内"},
    {" that started since %s", "，开始时间：%s 起"},
    {" that started until %s", "，开始时间：到 %s 为止"},
    {" with the type or status that --type and --status name, among %ju",
     "符合 --type 和 --status；已看过 %ju 个"},
    {"%ju lines are missing here, because standard error was full",
     "此处缺少 %ju 行，因为标准错误已满"},
    {"%ju lines are missing here, because standard error was full.",
     "此处缺少 %ju 行，因为标准错误已满。"},
    {"%ju tasks", "%ju 个任务"},
    {"%s %s.", "%s %s。"},
    {"%s cannot be opened; check its permissions.", "%s：无法打开；请检查权限。"},
    {"%s in %ju s", "%s：%ju 秒后"},
    {"%s%s%s%s%s%s See pgtask %s%s--help.", "%s%s%s%s%s%s参见 pgtask %s%s--help。"},
    {"%s: %s.", "%s：%s。"},
    {"%s: %s. %s", "%s：%s。%s"},
    {"%s: %s. Check %s.", "%s：%s。请检查 %s。"},
    {"%s: %s: this is not a region; a region has only letters, digits and '-', such as "
     "ap-guangzhou.",
     "%s：%s：这不是地域；地域只有字母、数字和 '-'，例如 ap-guangzhou。"},
    {"%s: %s; the present credentials stay in use", "%s：%s；继续使用现有的密钥"},
    {"%s: %s; what it says is left out.", "%s：%s；其内容不予采用。"},
    {"%s: --dry-run and --as-curl send nothing, so they cannot fetch the keys of a role; give keys "
     "in the environment or in a profile.",
     "%s：--dry-run 和 --as-curl "
     "不发送任何东西，所以取不到角色的密钥；请在环境变量或配置里给出密钥。"},
    {"%s: --role-session-name needs --role-arn.", "%s：--role-session-name 需要 --role-arn。"},
    {"%s: cannot be run (status %u).", "%s：无法运行（状态 %u）。"},
    {"%s: ended by signal %u.", "%s：因信号 %u 而结束。"},
    {"%s: ended with status %u.", "%s：以状态 %u 结束。"},
    {"%s: no process can be started for this program: %s; pgtask tries again every %u s.",
     "%s：无法为这个程序启动进程：%s；pgtask 每 %u 秒重试一次。"},
    {"%s: no region given; use --region, such as --region ap-guangzhou, or set %s.",
     "%s：没有给出地域；请用 --region，例如 --region ap-guangzhou，或设置 %s。"},
    {"%s: not done with the last %zu events when it was ended.",
     "%s：结束时还有最后 %zu 个事件没有处理完。"},
    {"%s: this file cannot be opened, has no certificate in PEM form, or ends within one; the "
     "present CA certificates stay in use",
     "%s：文件无法打开、没有 PEM 格式的证书，或在证书中间结束；继续使用现有的 CA 证书"},
    {"%s: this file cannot be opened, has no certificate in PEM form, or ends within one; the "
     "present CA certificates stay in use.",
     "%s：文件无法打开、没有 PEM 格式的证书，或在证书中间结束；继续使用现有的 CA 证书。"},
    {"%s: this is not a regular file; give the path of a plain file.",
     "%s：这不是普通文件；请给普通文件的路径。"},
    {"%s: this variable is set but empty; give it a value or unset it.",
     "%s：这个变量是空的；请给它一个值，或取消设置。"},
    {"%s:%u: %s.", "%s:%u：%s。"},
    {"%s; only a CVM of Tencent Cloud has this service", "%s；只有腾讯云的 CVM 有这个服务"},
    {"%u more lines about the LED were left out; it %s be set now",
     "另有 %u 行关于 LED 的日志已略去；现在%s设置 LED"},
    {", %ju a second", "，每秒 %ju 个"},
    {", %s left", "，还需 %s"},
    {", %s to %s left", "，还需 %s 到 %s"},
    {", by proxy %s port %u", "，经代理 %s 端口 %u"},
    {", or go on with --offset %ju", "，或用 --offset %ju 接着列出"},
    {", or host %s port %u", "，或主机 %s 端口 %u"},
    {", step %u of %u", "，第 %u 步，共 %u 步"},
    {", time left unknown", "，剩余时间未知"},
    {", took %s", "，用时 %s"},
    {"--columns must be different ones of task, type, instance, status, progress, start, end, "
     "step, message, with commas between them",
     "--columns 必须是 task、type、instance、status、progress、start、end、step、message "
     "中不同的几个，用逗号分隔"},
    {"--columns needs --output table or csv", "--columns 要和 --output table 或 csv 一起用"},
    {"--dry-run and --as-curl send nothing, so --count has nothing to count",
     "--dry-run 和 --as-curl 不发送请求，所以 --count 没有意义"},
    {"--dry-run and --as-curl sign by this device's clock, so --no-clock has no use",
     "--dry-run 和 --as-curl 按本机时钟签名，所以 --no-clock 没有意义"},
    {"--idle must not exceed --stale", "--idle 不能大于 --stale"},
    {"--interval must be more than 0", "--interval 必须大于 0"},
    {"--interval must not exceed --idle", "--interval 不能大于 --idle"},
    {"--interval needs --count", "--interval 要和 --count 一起用"},
    {"--led must be gpio:CHIP/LINE such as gpio:gpiochip0/17, or gpio:NAME with the name of a "
     "line; ,active-low may follow",
     "--led 必须是 gpio:CHIP/LINE（例如 gpio:gpiochip0/17），或 "
     "gpio:NAME（引脚的名字）；后面可以加 ,active-low"},
    {"--led must be sysfs:NAME with a name from /sys/class/leds",
     "--led 必须是 sysfs:NAME，NAME 取自 /sys/class/leds"},
    {"--led must be sysfs:NAME, gpio:CHIP/LINE, gpio:NAME or terminal",
     "--led 必须是 sysfs:NAME、gpio:CHIP/LINE、gpio:NAME 或 terminal"},
    {"--led must be trace:PATH", "--led 必须是 trace:PATH"},
    {"--led terminal takes nothing after it", "--led terminal 后面不能再有内容"},
    {"--max-start must be a time that exists in this zone: 'YYYY-MM-DD HH:MM:SS', YYYY-MM-DD, "
     "YYYY-MM-DDTHH:MM:SSZ, 90min, 1h, 7d, now, today or yesterday",
     "--max-start 必须是此时区里存在的时间：'YYYY-MM-DD "
     "HH:MM:SS'、YYYY-MM-DD、YYYY-MM-DDTHH:MM:SSZ、90min、1h、7d、now、today 或 yesterday"},
    {"--max-wait passed before the end", "结束之前 --max-wait 已到"},
    {"--min-start must be a time that exists in this zone: 'YYYY-MM-DD HH:MM:SS', YYYY-MM-DD, "
     "YYYY-MM-DDTHH:MM:SSZ, 90min, 1h, 7d, now, today or yesterday",
     "--min-start 必须是此时区里存在的时间：'YYYY-MM-DD "
     "HH:MM:SS'、YYYY-MM-DD、YYYY-MM-DDTHH:MM:SSZ、90min、1h、7d、now、today 或 yesterday"},
    {"--output csv is for pgtask list; use --output jsonl, one object per event",
     "--output csv 用于 pgtask list；请用 --output jsonl，每个事件一个对象"},
    {"--output json needs an end; use --output jsonl, one object per event",
     "--output json 要有结尾；请用 --output jsonl，每个事件一个对象"},
    {"--role-arn and --role-session-name", "--role-arn 和 --role-session-name"},
    {"--type needs --instance", "--type 要和 --instance 一起用"},
    {"--wide needs --output table", "--wide 要和 --output table 一起用"},
    {".", "。"},
    {". ", "。"},
    {": no answer for ", "：没有应答已达 "},
    {": no good answer for a long time", "：很久没有正常的应答"},
    {": no space left", "：没有剩余空间"},
    {": no such task has appeared", "：没有出现这个任务"},
    {": the service answers again", "：服务恢复了应答"},
    {"; check that it is open", "；请检查它是否打开"},
    {"; give each page more time with --timeout (now %u s)",
     "；请用 --timeout 给每页更多时间（现为 %u 秒）"},
    {"; the API ModifySwitchTimePeriod with SwitchTag 0 switches at once",
     "；用接口 ModifySwitchTimePeriod（SwitchTag 为 0）可立即切换"},
    {"Allow this device's IP address in the console.", "请在控制台允许本机的 IP 地址。"},
    {"Allow this user postgres:DescribeTasks in the console (CAM).",
     "请在控制台（CAM）授予此用户 postgres:DescribeTasks 权限。"},
    {"Allow this user postgres:DescribeTasks in the console (CAM): SECURITY.md has the policy.",
     "请在控制台（CAM）授予此用户 postgres:DescribeTasks 权限：策略见 SECURITY.md。"},
    {"Ask for a smaller Limit.", "请减小 Limit。"},
    {"Ask less often: an account has 20 requests a second.",
     "请降低频率：一个账号每秒 20 个请求。"},
    {"Ask the proxy's operator to allow this host and port.", "请让代理的管理员放行此主机和端口。"},
    {"CRITICAL: a task has failed or is paused", "CRITICAL：有任务失败或暂停"},
    {"Check TENCENTCLOUD_SECRET_ID for blanks; enable the key in the console.",
     "请检查 TENCENTCLOUD_SECRET_ID 里有没有空格；并在控制台启用此密钥。"},
    {"Check host and port of the proxy.", "请检查代理的主机和端口。"},
    {"Check instance, task id and region.", "请检查实例、任务 ID 和地域。"},
    {"Check the host name and the DNS server.", "请检查主机名和 DNS 服务器。"},
    {"Check the host name, then update this program.", "请检查主机名，再更新本程序。"},
    {"Check the host name; if it is right, leave this network.",
     "请检查主机名；如果无误，请离开此网络。"},
    {"Check the host name; if it is right, tell the operator of the server.",
     "请检查主机名；如果无误，请告知服务器的管理员。"},
    {"Check the host name; look for a proxy or log-in page.",
     "请检查主机名；看看是否有代理或登录页面。"},
    {"Check the network: a firewall may close the port.", "请检查网络：防火墙可能关闭了端口。"},
    {"Check the region, such as ap-guangzhou.", "请检查地域，例如 ap-guangzhou。"},
    {"Check the trusted roots.", "请检查信任的根证书。"},
    {"Check this device's clock; if it is right, leave this network.",
     "请检查本机时钟；如果无误，请离开此网络。"},
    {"Check user and password of the proxy.", "请检查代理的用户名和密码。"},
    {"Connection", "连接"},
    {"Copy TENCENTCLOUD_SECRET_KEY again, without blanks.",
     "请重新复制 TENCENTCLOUD_SECRET_KEY，不要有空格。"},
    {"Copy the instance id from the console.", "请从控制台复制实例 ID。"},
    {"Correct the query.", "请更正查询。"},
    {"Correct the query: Limit is 1 to 100.", "请更正查询：Limit 是 1 到 100。"},
    {"Correct this setting, or the program.", "请更正这项设置，或程序。"},
    {"DONE", "进度"},
    {"Duration", "用时"},
    {"END", "结束"},
    {"End", "结束"},
    {"Enlarge the buffer, or PGTASK_BUFFER_BYTES.", "请加大缓冲区，或 PGTASK_BUFFER_BYTES。"},
    {"Finance regions have hosts of their own: add --endpoint postgres.%s.tencentcloudapi.com.",
     "金融区有自己的主机：请加上 --endpoint postgres.%s.tencentcloudapi.com。"},
    {"Give mbedTLS a larger arena.", "请给 mbedTLS 更大的内存。"},
    {"HOME is not set", "HOME 未设置"},
    {"INSTANCE", "实例"},
    {"Instance", "实例"},
    {"Look the code up in the headers of mbedTLS.", "请在 mbedTLS 的头文件里查找这个代码。"},
    {"Look the code up in the manual of the API.", "请在接口文档里查找这个错误码。"},
    {"Look the code up in the port of this board.", "请在移植层里查找这个代码。"},
    {"MESSAGE", "消息"},
    {"Meaning", "含义"},
    {"Message", "消息"},
    {"MinStartTime is later than MaxStartTime", "MinStartTime 晚于 MaxStartTime"},
    {"No process can be started to look up the host: end other programs, or raise the limit "
     "(ulimit -u, or TasksMax of the unit).",
     "无法启动解析主机名的进程：请结束其他程序，或提高上限（ulimit -u，或服务单元的 TasksMax）。"},
    {"Note        ", "注意        "},
    {"Note        not valid JSON; see it with --output json: %s\n",
     "注意        不是有效的 JSON；用 --output json 查看：%s\n"},
    {"OK: no task has failed or is paused", "OK：没有失败或暂停的任务"},
    {"Output", "输出"},
    {"PGTASK OK: no tasks of %s in the last 30 days", "PGTASK OK: 最近 30 天内 %s 没有任务"},
    {"PGTASK UNKNOWN: ended by a signal\n", "PGTASK UNKNOWN: 被信号结束\n"},
    {"PGTASK UNKNOWN: task %ju not found in %s; check the region; pgtask list --min-start shows "
     "older tasks\n",
     "PGTASK UNKNOWN: 任务 %ju 不在 %s；请检查地域；更早的任务可用 pgtask list --min-start 查看\n"},
    {"PROGRESS", "进度"},
    {"Polling", "轮询"},
    {"Progress", "进度"},
    {"RAM: client %zu bytes, task %zu bytes, TLS arena peak %zu of %zu bytes",
     "内存：客户端 %zu 字节，任务 %zu 字节，TLS 内存峰值 %zu，共 %zu 字节"},
    {"Raise the quota in the console.", "请在控制台提高配额。"},
    {"Renew the temporary credentials; other keys need no token.",
     "请更新临时密钥；其他密钥不需要令牌。"},
    {"Request, not sent:\n"
     "\n",
     "请求（未发送）：\n"
     "\n"},
    {"Restore\n", "恢复\n"},
    {"START", "开始"},
    {"STATUS", "状态"},
    {"STEP", "步骤"},
    {"STS refused to assume the role: %s%s%s; check the role's ARN, and that the role trusts these "
     "keys",
     "STS 拒绝扮演角色：%s%s%s；请检查角色的 ARN，并确认角色信任这些密钥"},
    {"STS's answer (HTTP status %u) has no keys", "STS 的回答（HTTP 状态 %u）里没有密钥"},
    {"Set TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY without blanks.",
     "请设置 TENCENTCLOUD_SECRET_ID 和 TENCENTCLOUD_SECRET_KEY，不要有空格。"},
    {"Set the clock of this device.", "请设置本机的时钟。"},
    {"Someone may be listening: leave this network, or update the trusted roots.",
     "可能有人在窃听：请离开此网络，或更新信任的根证书。"},
    {"Start", "开始"},
    {"Start another listing when you need one.", "需要时请重新查询。"},
    {"Status", "状态"},
    {"Step", "步骤"},
    {"Steps\n", "全部步骤\n"},
    {"Switch", "切换"},
    {"Switch time", "切换时间"},
    {"TASK", "任务"},
    {"TASK_ID must be a whole number from 1 to 18446744073709551615",
     "TASK_ID 必须是 1 到 18446744073709551615 的整数"},
    {"TLS 1.3 was prevented on the way", "途中有人阻止了 TLS 1.3"},
    {"TYPE", "类型"},
    {"Task", "任务"},
    {"Tasks", "任务"},
    {"Tell support the RequestId.", "请把 RequestId 告诉技术支持。"},
    {"The API did not answer this: look for a proxy, and check --endpoint and --connect.",
     "这不是接口的应答：请检查是否有代理，并检查 --endpoint 和 --connect。"},
    {"The server's clock or certificate is wrong: try again later, or change the network.",
     "服务器的时钟或证书有误：请稍后重试，或换一个网络。"},
    {"The service told no time either: set this device's clock, and omit --no-clock.",
     "服务也没有给出时间：请设置本机时钟，并去掉 --no-clock。"},
    {"Too many files are open: close some, or raise the limit (ulimit -n).",
     "打开的文件太多：请关闭一些，或提高上限（ulimit -n）。"},
    {"Try again later, then check the network.", "请稍后重试，再检查网络。"},
    {"Try again later, then look for a proxy.", "请稍后重试，再检查是否有代理。"},
    {"Try again later, then tell support the RequestId.",
     "请稍后重试，再把 RequestId 告诉技术支持。"},
    {"Try again later; then ask the proxy's operator whether it reaches this host.",
     "请稍后重试；再问代理的管理员它能否连到此主机。"},
    {"Try again, then restart this device: its crypto hardware may be broken.",
     "请重试，再重启本机：加密硬件可能损坏了。"},
    {"Try again, then shorten the chain or raise PGTASK_TLS_RECORD (at most 16384).",
     "请重试，再缩短证书链或加大 PGTASK_TLS_RECORD（最大 16384）。"},
    {"Type", "类型"},
    {"UNKNOWN: the command line, keys, rights or certificates are at fault, or there is no such "
     "task",
     "UNKNOWN：命令行、密钥、权限或证书有问题，或没有这个任务"},
    {"Usage: pgtask check (TASK_ID | --instance ID) [OPTION]...\n"
     "\n"
     "Looks once at a task or at the tasks of an instance, and answers as a plugin\n"
     "of Nagios or Icinga does.\n",
     "用法：pgtask check (TASK_ID | --instance ID) [选项]...\n"
     "\n"
     "查看一次某个任务或某个实例的任务，并像 Nagios 或 Icinga 的插件那样回答。\n"},
    {"Usage: pgtask led (TASK_ID | --instance ID) --led DRIVER [OPTION]...\n"
     "\n"
     "Shows a task, or the restores of an instance, with an LED, until SIGTERM or\n"
     "Ctrl-C. Trouble of the network does not end it: the LED then says that its\n"
     "data is stale. Events are logged on standard error.\n",
     "用法：pgtask led (TASK_ID | --instance ID) --led DRIVER [OPTION]...\n"
     "\n"
     "用 LED 显示一个任务，或一个实例的恢复任务，直到收到 SIGTERM 或 Ctrl-C。\n"
     "网络故障不会使它结束：LED 会表明数据已经过时。事件记录在标准错误上。\n"},
    {"Usage: pgtask list [OPTION]...\n"
     "\n"
     "Lists one page of tasks. Options are spelled `--flag value` or `--flag=value`;\n"
     "the API's own spelling, in brackets, does the same.\n",
     "用法：pgtask list [OPTION]...\n"
     "\n"
     "列出一页任务。选项写作 `--flag value` 或 `--flag=value`；\n"
     "括号里是接口自己的写法，效果相同。\n"},
    {"Usage: pgtask show TASK_ID [OPTION]...\n"
     "\n"
     "Prints every fact of one task: status, progress, times, steps, and what was\n"
     "restored.\n",
     "用法：pgtask show TASK_ID [OPTION]...\n"
     "\n"
     "显示一个任务的全部信息：状态、进度、时间、步骤，以及恢复了什么。\n"},
    {"Usage: pgtask watch (TASK_ID | --instance ID) [OPTION]...\n"
     "\n"
     "Follows a task until it has ended or needs an operator, or the tasks of an\n"
     "instance until Ctrl-C. On a terminal: a live page; otherwise one line per\n"
     "event. NO_COLOR and TERM=dumb are respected.\n",
     "用法：pgtask watch (TASK_ID | --instance ID) [OPTION]...\n"
     "\n"
     "跟踪一个任务，直到它结束或需要人工处理；或跟踪一个实例的任务，直到 Ctrl-C。\n"
     "在终端上是实时刷新的页面，否则每个事件一行。遵从 NO_COLOR 和 TERM=dumb。\n"},
    {"Use a key without a second factor.", "请使用不需要二次验证的密钥。"},
    {"WARNING: stale: the service gives no good answer for now; or a task has a status that this "
     "version does not know",
     "WARNING：数据过时：服务暂时没有正常回答；或任务的状态是本版本不认识的"},
    {"Write times as YYYY-MM-DD HH:MM:SS, in UTC+8.", "时间请写作 YYYY-MM-DD HH:MM:SS，用 UTC+8。"},
    {"a buffer is too small", "缓冲区太小"},
    {"a certificate has an unknown critical extension", "证书有未知的关键扩展"},
    {"a certificate has expired", "证书已过期"},
    {"a certificate is not valid yet", "证书尚未生效"},
    {"a character is not allowed", "含有不允许的字符"},
    {"a chunk is malformed", "分块格式有误"},
    {"a connection is tried again without TLS 1.3; look for a proxy",
     "连接将不用 TLS 1.3 重试；请检查是否有代理"},
    {"a key of the chain is malformed, compressed or too large",
     "证书链里有密钥格式有误、经过压缩或太大"},
    {"a length is malformed", "长度格式有误"},
    {"a member has the wrong type", "成员的类型有误"},
    {"a number is out of range", "数字超出范围"},
    {"a number is outside its limits", "数字超出范围"},
    {"a number or literal is malformed", "数字或字面量格式有误"},
    {"a parameter is missing or unknown", "参数缺失或未知"},
    {"a quota is used up", "配额已用完"},
    {"a record is corrupt or too large", "记录损坏或太大"},
    {"a required member is missing", "缺少必需的成员"},
    {"a second host, used if the endpoint has no address, cannot be reached or fails in TLS "
     "(default: PGTASK_FALLBACK_ENDPOINT, or none)",
     "备用主机：endpoint 没有地址、连不上或 TLS "
     "失败时使用（默认：PGTASK_FALLBACK_ENDPOINT，或没有）"},
    {"a string is malformed", "字符串格式有误"},
    {"a trusted root cannot be read", "无法读取信任的根证书"},
    {"a value is above its limit", "值超过上限"},
    {"a value is empty or too long", "值是空的或太长"},
    {"a value is wrong", "值有误"},
    {"absent", "未出现"},
    {"access is denied", "没有权限"},
    {"acknowledged by SIGUSR1", "已由 SIGUSR1 确认"},
    {"after the brackets only :PORT may follow", "方括号后面只能是 :PORT"},
    {"an argument is wrong", "参数有误"},
    {"an authority may not issue for this host", "某个 CA 无权为此主机签发证书"},
    {"an unknown time", "时间未知"},
    {"and %ju more", "另有 %ju 个"},
    {"and %u more\n", "另有 %u 个\n"},
    {"another program has changed how it blinks", "其他程序改变了它的闪烁方式"},
    {"another program has chosen the trigger %s", "其他程序选择了触发器 %s"},
    {"appeared", "出现"},
    {"asking now", "正在查询"},
    {"assume this role with the keys (default: TENCENTCLOUD_ROLE_ARN, or that of the profile)",
     "用密钥扮演这个角色（默认：TENCENTCLOUD_ROLE_ARN，或配置里的角色）"},
    {"at a given time", "在指定时间"},
    {"at once", "立即"},
    {"authentication failed", "鉴权失败"},
    {"back", "恢复"},
    {"blocked", "受阻"},
    {"can", "可以"},
    {"cannot", "无法"},
    {"cannot be run; try chmod +x", "无法运行；请试试 chmod +x"},
    {"cannot set the LED; make its files in /sys/class/leds writable for this user",
     "无法设置 LED；请让此用户可以写它在 /sys/class/leds 里的文件"},
    {"cannot set the LED; still trying: %s", "无法设置 LED，仍在重试：%s"},
    {"cannot write the metrics file %s: %s; check the path and its folder's permissions",
     "无法写入指标文件 %s：%s；请检查路径和所在目录的权限"},
    {"cannot write the metrics file %s: this is not a regular file; give the path of a plain file",
     "无法写入指标文件 %s：它不是普通文件；请给出普通文件的路径"},
    {"columns of the table or of csv, in this order: task, type, instance, status, progress, "
     "start, end, step, message",
     "表格或 csv "
     "的列，按此顺序：task、type、instance、status、progress、start、end、step、message"},
    {"connecting", "连接中"},
    {"connections without TLS 1.3, because mbedTLS could not take the server's offer: %u",
     "因 mbedTLS 不能接受服务器的提议而不用 TLS 1.3 的连接：%u"},
    {"credentials are missing or malformed", "密钥缺失或格式有误"},
    {"credentials from %s", "密钥来自 %s"},
    {"credentials were read again: %s", "已重新读取密钥：%s"},
    {"deadline of one listing, or with --all of each page, retries included (default: 60)",
     "一次列出的期限，用 --all 时是每页的期限，包括重试（默认：60）"},
    {"desc, newest first (default), or asc", "desc 从新到旧（默认），或 asc"},
    {"do not trust this device's clock, which may be fast: learn the time from the service",
     "不相信本机时钟，它可能偏快：从服务得到时间"},
    {"done", "完成"},
    {"earliest start (default: 180 days ago): 'YYYY-MM-DD HH:MM:SS' or a date alone, in UTC+8 or "
     "as --utc and --local say; 2024-09-27T05:14:11Z; so long ago: 90min, 1h, 7d; today or "
     "yesterday",
     "最早的开始时间（默认：180 天前）：'YYYY-MM-DD HH:MM:SS' 或只写日期，按 UTC+8 或 "
     "--utc、--local；2024-09-27T05:14:11Z；多久以前：90min、1h、7d；today 或 yesterday"},
    {"end after this long in any case, with exit status 7 if a task has not ended",
     "到这个时间一定结束；还有任务没结束时退出码为 7"},
    {"ended", "已结束"},
    {"ended by SIGTERM or Ctrl-C", "因 SIGTERM 或 Ctrl-C 而结束"},
    {"ended by a signal", "因信号而结束"},
    {"ended by signal N other than SIGTERM and SIGINT, such as 129 if the terminal was closed; 141 "
     "also if the reader of the lamp closed the pipe",
     "因 SIGTERM 和 SIGINT 以外的信号 N 而结束，例如终端关闭时为 129；灯的读取方关闭管道时也是 "
     "141"},
    {"ended by signal N, such as 130 for Ctrl-C; 141 also if the reader closed the pipe",
     "因信号 N 而结束，例如 Ctrl-C 为 130；读取方关闭管道时也是 141"},
    {"failed after ", "失败，用时 "},
    {"failure", "失败"},
    {"follow the tasks of this instance; tasks that ended more than 10 minutes ago are left out",
     "跟踪这个实例的任务；10 分钟以前结束的任务略去"},
    {"following task %ju in %s; each event is a line", "正在关注任务 %ju（地域 %s）；每个事件一行"},
    {"following the tasks of %s in %s; each event is a line",
     "正在关注 %s 的任务（地域 %s）；每个事件一行"},
    {"for how long a task that has ended counts (default: 86400)",
     "已结束的任务在多长时间内计入（默认：86400）"},
    {"give either --utc or --local", "--utc 和 --local 只能给一个"},
    {"give either one TASK_ID or --instance", "一个 TASK_ID 和 --instance 只能给一个"},
    {"give either the argument TASK_ID or --task-id", "参数 TASK_ID 和 --task-id 只能给一个"},
    {"good", "正常"},
    {"has no secretId", "没有 secretId"},
    {"has no secret_id", "没有 secret_id"},
    {"host %s port %u", "主机 %s 端口 %u"},
    {"host %s port %u, connect to %s port %u, %s", "主机 %s 端口 %u，连接到 %s 端口 %u，%s"},
    {"how long success is shown (default: 600); 0: until acknowledged with SIGUSR1",
     "成功显示多久（默认：600）；0：直到用 SIGUSR1 确认"},
    {"idle", "空闲"},
    {"in the maintenance window", "在维护时间内"},
    {"is an unknown option", "是未知的选项"},
    {"is an unknown option; did you mean %s?", "是未知的选项；您是指 %s 吗?"},
    {"is an unknown option; most begin with two dashes", "是未知的选项；多数选项以两个短横开头"},
    {"is an unknown option; use --version or --verbose",
     "是未知的选项；请用 --version 或 --verbose"},
    {"is not a host name; a host name has only letters, digits, '-' and '.'",
     "不是主机名；主机名只有字母、数字、'-' 和 '.'"},
    {"is not an option of this command", "不是这个命令的选项"},
    {"is not of a kind that pgtask knows: it takes http://HOST:PORT",
     "不是 pgtask 支持的种类：请用 http://HOST:PORT"},
    {"is refused, because other users can see the command line; set TENCENTCLOUD_SECRET_ID and "
     "TENCENTCLOUD_SECRET_KEY instead",
     "不被接受，因为其他用户看得到命令行；请改设 TENCENTCLOUD_SECRET_ID 和 "
     "TENCENTCLOUD_SECRET_KEY"},
    {"is too large", "太大"},
    {"it answered with the HTTP status %u", "它以 HTTP 状态 %u 回答"},
    {"it has no keys for the role %s: %s; check the role in the console (CAM)",
     "它没有角色 %s 的密钥：%s；请在控制台（CAM）检查这个角色"},
    {"it was plugged in again", "它又插上了"},
    {"its answer has no keys, or keys that have ended", "它的回答里没有密钥，或密钥已失效"},
    {"its answer is not the name of a role; check that this machine is a CVM of Tencent Cloud",
     "它的回答不是角色名；请确认本机是腾讯云的 CVM"},
    {"its colours cannot be set, so it keeps the present one", "无法设置颜色，保持现有的颜色"},
    {"its file cannot be emptied", "无法清空它的文件"},
    {"its file cannot be written; check the path and its permissions",
     "无法写入它的文件；请检查路径和权限"},
    {"its max_brightness has changed", "它的 max_brightness 变了"},
    {"its max_brightness is not a number from 1 on; mend or update the LED's driver",
     "它的 max_brightness 不是大于 0 的数；请修复或更新 LED 的驱动"},
    {"its trigger is ended, but this user cannot choose it again at the end",
     "已停用它的触发器，但结束时此用户无法恢复它"},
    {"keys: a compressed one is computed before it is refused",
     "密钥：压缩的密钥先被计算，然后才被拒绝"},
    {"language of the service's messages: zh-CN or en-US", "服务消息的语言：zh-CN 或 en-US"},
    {"language of this program's texts: zh or en (default: Chinese on a terminal with a Chinese "
     "locale, otherwise English)",
     "本程序文字的语言：zh 或 en（默认：在中文区域设置的终端上用中文，否则用英文）"},
    {"latest start, in the same forms (default: now); a date includes its whole day",
     "最晚的开始时间，写法相同（默认：现在）；日期包括当天全天"},
    {"line %u: -----END CERTIFICATE----- needs a line of its own",
     "第 %u 行：-----END CERTIFICATE----- 必须独占一行"},
    {"line %u: text stands before -----BEGIN CERTIFICATE----- on the same line; give that a line "
     "of its own",
     "第 %u 行：-----BEGIN CERTIFICATE----- 前面有文字；请让它独占一行"},
    {"list N times over one connection, until one listing fails (default: 1)",
     "在一个连接上列出 N 次，直到有一次失败（默认：1）"},
    {"list every page; with --output json in one object",
     "列出所有页；与 --output json 一起用时合成一个对象"},
    {"list only tasks of this instance, such as postgres-q6fj84vb",
     "只列出这个实例的任务，例如 postgres-q6fj84vb"},
    {"list only this task", "只列出这个任务"},
    {"list: a time that counts from now needs this device's clock; give a date to --min-start and "
     "--max-start, or omit --no-clock.",
     "list：从现在算起的时间要用本机时钟；请给 --min-start 和 --max-start 写日期，或去掉 "
     "--no-clock。"},
    {"local", "本地"},
    {"look at the tasks of this instance", "查看这个实例的任务"},
    {"looked at: %s", "已查看：%s"},
    {"mbedTLS failed", "mbedTLS 失败"},
    {"mbedTLS ran out of memory", "mbedTLS 内存不足"},
    {"memory: mbedTLS takes it from the heap, without a bound; there is no arena",
     "内存：mbedTLS 从堆上分配，没有上限；没有静态内存"},
    {"missing --led; use --led terminal or --led sysfs:NAME",
     "缺少 --led；请用 --led terminal 或 --led sysfs:NAME"},
    {"missing TASK_ID or --instance; find it with pgtask list",
     "缺少 TASK_ID 或 --instance；可用 pgtask list 查到"},
    {"missing TASK_ID; find it with pgtask list", "缺少 TASK_ID；可用 pgtask list 查到"},
    {"more bytes are needed", "还需要更多字节"},
    {"must be %u to %u", "必须在 %u 到 %u 之间"},
    {"must be 1 or more", "必须不小于 1"},
    {"must be 1.2 or 1.3", "必须是 1.2 或 1.3"},
    {"must be StartTime or EndTime", "必须是 StartTime 或 EndTime"},
    {"must be a host name", "必须是主机名"},
    {"must be a host name; use --connect for an address", "必须是主机名；地址请用 --connect"},
    {"must be a whole number in decimal digits, below 2^64", "必须是小于 2^64 的十进制整数"},
    {"must be asc or desc", "必须是 asc 或 desc"},
    {"must be more than 0", "必须大于 0"},
    {"must be one or more of %s, with commas between them",
     "必须是以下的一个或多个，用逗号隔开：%s"},
    {"must be seconds such as 60 or 0.25, to the millisecond, at most 4294967",
     "必须是秒数，例如 60 或 0.25，精确到毫秒，最大 4294967"},
    {"must be table, json, jsonl or csv", "必须是 table、json、jsonl 或 csv"},
    {"must be zh or en", "必须是 zh 或 en"},
    {"must be zh-CN or en-US", "必须是 zh-CN 或 en-US"},
    {"name of the session with --role-arn (default: pgtask)",
     "--role-arn 的会话名（默认：pgtask）"},
    {"names no port: write http://HOST:PORT", "没有端口：请写作 http://HOST:PORT"},
    {"names: a certificate that limits names by a critical extension is refused",
     "域名：用关键扩展限制域名的证书会被拒绝"},
    {"needs a port from 1 to 65535", "需要 1 到 65535 的端口"},
    {"needs a value", "需要一个值"},
    {"needs an IPv6 address in the brackets", "方括号里要写 IPv6 地址"},
    {"needs an operator, ", "需要人工处理，"},
    {"needs brackets around an IPv6 address: [ADDRESS] or [ADDRESS]:PORT",
     "IPv6 地址要加方括号：[ADDRESS] 或 [ADDRESS]:PORT"},
    {"network, TLS, time-out, an HTTP error, or standard output failed",
     "网络、TLS、超时、HTTP 错误，或标准输出失败"},
    {"newest version of TLS that is offered: 1.2 or 1.3 (default: 1.3)",
     "最高的 TLS 版本：1.2 或 1.3（默认：1.3）"},
    {"next poll", "下次查询"},
    {"next try", "下次重试"},
    {"no CA certificates found; install ca-certificates or use --ca-file.",
     "没有找到 CA 证书；请安装 ca-certificates，或使用 --ca-file。"},
    {"no GPIO chip that can be opened has a line of this name; see gpioinfo",
     "能打开的 GPIO 芯片都没有这个名字的引脚；请看 gpioinfo"},
    {"no HTTP proxy answered", "没有 HTTP 代理应答"},
    {"no TLS yet", "还没有 TLS"},
    {"no credentials found", "找不到密钥"},
    {"no credentials found. Looked at: %s, %s (%s). Set TENCENTCLOUD_SECRET_ID and "
     "TENCENTCLOUD_SECRET_KEY, or write secret_id and secret_key under [default] in "
     "~/.tencentcloud/credentials.",
     "找不到密钥。已查看：%s, %s (%s)。请设置 TENCENTCLOUD_SECRET_ID 和 "
     "TENCENTCLOUD_SECRET_KEY，或在 ~/.tencentcloud/credentials 的 [default] 下写入 secret_id 和 "
     "secret_key。"},
    {"no credentials found. Looked at: %s. Set TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY, "
     "or write secret_id and secret_key under [default] in ~/.tencentcloud/credentials.",
     "找不到密钥。已查看：%s。请设置 TENCENTCLOUD_SECRET_ID 和 TENCENTCLOUD_SECRET_KEY，或在 "
     "~/.tencentcloud/credentials 的 [default] 下写入 secret_id 和 secret_key。"},
    {"no error", "没有错误"},
    {"no longer listed, ", "已不在列表里，"},
    {"no role is bound to this machine; bind one that may call postgres:DescribeTasks in the "
     "console (CVM), or give keys in another way",
     "本机没有绑定角色；请在控制台（CVM）绑定一个可调用 postgres:DescribeTasks "
     "的角色，或以别的方式给出密钥"},
    {"no such file", "没有这个文件"},
    {"no such file or section", "没有这个文件或小节"},
    {"no such program; give the path of a program", "没有这个程序；请给出程序的路径"},
    {"no such task appeared, or it is no longer listed", "没有出现这个任务，或它已不在列表里"},
    {"no such task yet", "还没有这个任务"},
    {"no task %ju in %s", "没有任务 %ju（地域 %s）"},
    {"no task %ju of %s in %s", "没有任务 %ju（实例 %s，地域 %s）"},
    {"no tasks", "没有任务"},
    {"no tasks at this offset; %ju match", "此偏移处没有任务；符合条件的共 %ju 个"},
    {"no tasks in %s", "没有任务（地域 %s）"},
    {"no tasks of %s in %s", "没有任务（实例 %s，地域 %s）"},
    {"no tasks on this page", "这一页没有任务"},
    {"no trusted root signed the certificate", "没有受信任的根证书签发此证书"},
    {"not as the API describes them: ", "与接口的描述不符："},
    {"not needed", "不需要"},
    {"not set", "未设置"},
    {"not yet", "尚未"},
    {"nothing to do now", "现在没有要做的事"},
    {"off", "熄灭"},
    {"operator", "需人工处理"},
    {"other users can read or change %s; run chmod 600 on it.",
     "其他用户可以读取或修改 %s；请对它执行 chmod 600。"},
    {"pgtask - the tasks of TencentDB for PostgreSQL\n"
     "\n"
     "Usage:\n"
     "  pgtask list [OPTION]...            list tasks\n"
     "  pgtask show TASK_ID [OPTION]...    show every fact of one task\n"
     "  pgtask watch TASK_ID [OPTION]...   follow a task to its end\n"
     "  pgtask watch --instance ID         follow the tasks of an instance\n"
     "  pgtask led TASK_ID --led DRIVER    show a task with an LED\n"
     "  pgtask check --instance ID         look once, as a plugin of Nagios does\n"
     "  pgtask COMMAND --help              print the options of a command\n"
     "\n"
     "Options of every command:\n",
     "pgtask：云数据库 PostgreSQL 的任务\n"
     "\n"
     "用法：\n"
     "  pgtask list [OPTION]...            列出任务\n"
     "  pgtask show TASK_ID [OPTION]...    显示一个任务的全部信息\n"
     "  pgtask watch TASK_ID [OPTION]...   跟踪一个任务直到结束\n"
     "  pgtask watch --instance ID         跟踪一个实例的任务\n"
     "  pgtask led TASK_ID --led DRIVER    用 LED 显示一个任务\n"
     "  pgtask check --instance ID         查看一次，作为 Nagios 的插件\n"
     "  pgtask COMMAND --help              显示一个命令的选项\n"
     "\n"
     "每个命令都有的选项：\n"},
    {"pgtask: list: %ju tasks were read", "pgtask：list：已读取 %ju 个任务"},
    {"pgtask: warning: ", "pgtask: 警告："},
    {"poll interval while a task runs (default: 5)", "有任务运行时的查询间隔（默认：5）"},
    {"poll interval while no task runs (default: 60)", "没有任务运行时的查询间隔（默认：60）"},
    {"print and read times as local time (TZ), each with its offset; JSON stays as it was sent",
     "用本地时间（TZ）显示和读取时间，都带偏移；JSON 保持原样"},
    {"print and read times in UTC (default: UTC+8, the service's zone); JSON stays as it was sent",
     "用 UTC 显示和读取时间（默认：服务的时区 UTC+8）；JSON 保持原样"},
    {"print every column whole; otherwise rows fit the terminal, and less important columns are "
     "left out or cut",
     "完整显示每一列；否则每行适合终端的宽度，次要的列会省去或截短"},
    {"print only tasks of these types, which pgtask chooses among those that the service sends:",
     "只显示这些类型的任务，由 pgtask 从服务返回的任务中挑选："},
    {"print only tasks with one of these statuses, chosen in the same way:",
     "只显示这些状态的任务，挑选方式相同："},
    {"print only tasks, events, warnings and errors: nothing about the progress of a listing, "
     "about other pages, or about what is waited for",
     "只显示任务、事件、警告和错误：不显示列出的进度、其他页和在等什么"},
    {"print the version of this program and of the API; -V does the same",
     "显示本程序和接口的版本；-V 的效果相同"},
    {"print this text; -h does the same", "显示这段文字；-h 的效果相同"},
    {"print times as local time (TZ), each with its offset; JSON stays as it was sent",
     "用本地时间（TZ）显示时间，都带偏移；JSON 保持原样"},
    {"print times in UTC (default: UTC+8, the service's zone); JSON stays as it was sent",
     "用 UTC 显示时间（默认：服务的时区 UTC+8）；JSON 保持原样"},
    {"print times of tasks and of events as local time (TZ), each with its offset; JSON and --exec "
     "have UTC",
     "用本地时间（TZ）显示任务和事件的时间，都带偏移；JSON 和 --exec 用 UTC"},
    {"print times of tasks in UTC (default: UTC+8, the service's zone); times of events are in UTC "
     "in any case",
     "用 UTC 显示任务的时间（默认：服务的时区 UTC+8）；事件的时间总是 UTC"},
    {"profile of the SDKs or of tccli with the keys, instead of those in the environment (default: "
     "TENCENTCLOUD_PROFILE, TCCLI_PROFILE or default, after the environment)",
     "用 SDK 或 tccli "
     "的这个配置里的密钥，而不用环境变量里的（默认：环境变量之后，TENCENTCLOUD_PROFILE、TCCLI_"
     "PROFILE 或 default）"},
    {"progressed", "进展"},
    {"proxy %s port %u, from %s", "代理 %s 端口 %u，来自 %s"},
    {"pulse: none in long computations", "看门狗：长时间的计算中没有脉冲"},
    {"random bytes: TLS 1.3 takes them from mbedTLS's own source; version 4 always does",
     "随机数：TLS 1.3 取自 mbedTLS 自己的来源；第 4 版总是如此"},
    {"records left out, because they lack a TaskId or a Status: %u",
     "因缺少 TaskId 或 Status 而略去的记录：%u"},
    {"region of the tasks, such as ap-guangzhou (default: TENCENTCLOUD_REGION, or that of the "
     "profile); -r does the same",
     "任务所在地域，如 ap-guangzhou（默认：TENCENTCLOUD_REGION，或配置里的地域）；-r 同样"},
    {"report connection, bytes and RAM on standard error", "在标准错误上报告连接、字节数和内存"},
    {"report stale data after this long without a good answer (default: 180)",
     "这么久没有正常应答后报告数据过时（默认：180）"},
    {"requests %u, full handshakes %u, resumed %u, retries %u, bytes sent %ju, bytes received %ju",
     "请求 %u，完整握手 %u，恢复 %u，重试 %u，发送字节 %ju，接收字节 %ju"},
    {"resumed", "继续"},
    {"run this program for each event; see Program below",
     "每个事件运行一次这个程序；见下面的说明"},
    {"running", "运行中"},
    {"second host %s port %u, changes between the hosts: %u",
     "备用主机 %s 端口 %u，主机切换次数：%u"},
    {"send nothing: print the command of curl that sends the request, within five minutes",
     "不发送：显示能发送此请求的 curl 命令，五分钟内有效"},
    {"send nothing: print the request, what is signed of it, and the signature",
     "不发送：显示请求、其中被签名的内容和签名"},
    {"several lines have this name, or several chips this label; use gpio:gpiochipN/LINE",
     "有多个引脚或多个芯片用这个名字；请用 gpio:gpiochipN/LINE"},
    {"show the tasks of this instance", "显示这个实例的任务"},
    {"showing %ju of tasks %ju-%ju of %ju; use --all for the rest",
     "显示 %ju 个，取自第 %ju-%ju 个任务，共 %ju 个；用 --all 列出其余的"},
    {"showing %ju tasks of %ju", "显示 %ju 个任务，共 %ju 个"},
    {"showing tasks %ju-%ju of %ju; use --all for the rest",
     "显示第 %ju-%ju 个任务，共 %ju 个；用 --all 列出其余的"},
    {"showing tasks %ju-%ju; the service does not say of how many; use --all for the rest",
     "显示第 %ju-%ju 个任务；服务没有给出总数；用 --all 列出其余的"},
    {"skip the first N tasks", "跳过前 N 个任务"},
    {"sort by StartTime (default) or EndTime", "按 StartTime（默认）或 EndTime 排序"},
    {"stale", "过时"},
    {"standard output: cannot be written%s.", "标准输出：无法写入%s。"},
    {"start unknown", "开始时间未知"},
    {"step", "步骤"},
    {"step %u of %u%s", "第 %u 步，共 %u 步%s"},
    {"success", "成功"},
    {"sysfs:NAME: an LED in /sys/class/leds; its trigger is restored at the end;\n"
     "gpio:CHIP/LINE: a GPIO line such as gpio:gpiochip0/17, the chip by its name or label; or "
     "gpio:NAME: a line by its name; add ,active-low if the LED lights at low level;\n"
     "terminal: drawn on standard output",
     "sysfs:NAME：/sys/class/leds 里的 LED；结束时恢复它的触发器；\n"
     "gpio:CHIP/LINE：GPIO 引脚，例如 gpio:gpiochip0/17，芯片用名字或标签；或 "
     "gpio:NAME：引脚的名字；低电平点亮时加 ,active-low；\n"
     "terminal：画在标准输出上"},
    {"table (default): columns for people;\n"
     "json: the content of Response on one line, as tccli prints it; each task also has Steps "
     "(AllSteps decoded, null if it is not JSON), Truncated (names of the fields that were cut) "
     "and Odd (names of the fields that are not as the API describes them);\n"
     "jsonl: one such task on each line;\n"
     "csv: values with commas between them, below a line of names; -o does the same",
     "table（默认）：给人看的表格；\n"
     "json：Response 的内容写成一行，与 tccli 相同；每个任务另有 Steps（解码后的 AllSteps，不是 "
     "JSON 时为 null）、Truncated（被截断的字段名）和 Odd（与接口描述不符的字段名）；\n"
     "jsonl：每行一个这样的任务；\n"
     "csv：用逗号分隔的值，第一行是名称；-o 的效果相同"},
    {"table (default): on a terminal a live page, otherwise one line per event;\n"
     "jsonl: one JSON object per event, with the task as pgtask list --output jsonl prints it; -o "
     "does the same",
     "table（默认）：在终端上是实时页面，否则每个事件一行；\n"
     "jsonl：每个事件一个 JSON 对象，任务与 pgtask list --output jsonl 的相同；-o 的效果相同"},
    {"take the keys of the role that is bound to this machine, a CVM",
     "用本机（CVM）绑定的角色的密钥"},
    {"takes a host name of at most 253 characters", "主机名最多 253 个字符"},
    {"takes no user and no password, because other users can see the command line; set "
     "https_proxy=http://USER:PASSWORD@HOST:PORT instead",
     "不接受用户名和密码，因为其他用户看得到命令行；请改设 "
     "https_proxy=http://USER:PASSWORD@HOST:PORT"},
    {"takes no value", "不带值"},
    {"takes only http://HOST:PORT", "只接受 http://HOST:PORT"},
    {"takes only options; put quotes around a time", "只接受选项；时间要加引号"},
    {"takes only the host, without https://", "只写主机名，不写 https://"},
    {"task %ju not found in %s; check the region; pgtask list --min-start shows older tasks.",
     "没有找到任务 %ju（地域 %s）；请检查地域；pgtask list --min-start 可以列出更早的任务。"},
    {"task %ju: not as the API describes them: %s", "任务 %ju：与接口的描述不符：%s"},
    {"tasks left out, because they lack a TaskId or a Status: %ju.",
     "因缺少 TaskId 或 Status 而略去的任务：%ju。"},
    {"tasks on a page, 1 to 100 (default: 20; with --all: 100); -n does the same",
     "每页的任务数，1 到 100（默认：20；用 --all 时 100）；-n 的效果相同"},
    {"the CA certificates were read again: %s", "已重新读取 CA 证书：%s"},
    {"the CA certificates were read again: %s.", "已重新读取 CA 证书：%s。"},
    {"the GPIO chip cannot be opened; see gpiodetect", "无法打开这个 GPIO 芯片；请看 gpiodetect"},
    {"the HTTP proxy to go through, http://HOST:PORT, or none (default: https_proxy, HTTPS_PROXY, "
     "all_proxy or ALL_PROXY, unless no_proxy or NO_PROXY names the endpoint)",
     "所经过的 HTTP 代理 http://HOST:PORT，或 none（默认：https_proxy、HTTPS_PROXY、all_proxy 或 "
     "ALL_PROXY，除非 no_proxy 或 NO_PROXY 列出了 endpoint）"},
    {"the LED can be set again: %s", "LED 又可以设置了：%s"},
    {"the LED is set anew: %s: %s", "已重新设置 LED：%s：%s"},
    {"the action, version or product does not exist", "接口、版本或产品不存在"},
    {"the answer ends too early", "应答过早结束"},
    {"the answer is nested too deeply", "应答嵌套太深"},
    {"the answer is not HTTP/1.1", "应答不是 HTTP/1.1"},
    {"the answer is not JSON", "应答不是 JSON"},
    {"the answer is too large", "应答太大"},
    {"the answer was cut off", "应答被切断"},
    {"the answer was malformed", "应答的格式有误"},
    {"the calls are in the wrong order", "调用的顺序有误"},
    {"the certificate is for another host", "证书属于另一个主机"},
    {"the certificate is not for a server, or no CA signed it",
     "证书不是用于服务器的，或不是 CA 签发的"},
    {"the certificate is refused", "证书不被接受"},
    {"the certificate is too weak", "证书强度太弱"},
    {"the certificate that begins at line %u has no end: no line is -----END CERTIFICATE-----",
     "始于第 %u 行的证书没有结尾：没有一行是 -----END CERTIFICATE-----"},
    {"the certificate that begins at line %u is damaged: its bytes are no whole certificate",
     "始于第 %u 行的证书已损坏：其中的字节不是完整的证书"},
    {"the certificate that begins at line %u is damaged: line %u is not base64",
     "始于第 %u 行的证书已损坏：第 %u 行不是 base64"},
    {"the certificate that begins at line %u is larger than %u bytes",
     "始于第 %u 行的证书大于 %u 字节"},
    {"the chain has too many certificates", "证书链里的证书太多"},
    {"the clock is more than 5 minutes off", "时钟误差超过 5 分钟"},
    {"the connection broke", "连接中断"},
    {"the deadline has passed", "已超过期限"},
    {"the encoding was not requested", "编码不是所请求的"},
    {"the error code is unknown", "错误码未知"},
    {"the handshake failed", "握手失败"},
    {"the hash failed", "散列计算失败"},
    {"the head is too long", "HTTP 头太长"},
    {"the host cannot be reached", "无法连接到主机"},
    {"the host name has no address", "主机名没有对应的地址"},
    {"the host that is signed and verified (default: PGTASK_ENDPOINT, or "
     "postgres.tencentcloudapi.com)",
     "参与签名并被验证的主机（默认：PGTASK_ENDPOINT，或 postgres.tencentcloudapi.com）"},
    {"the instance or task does not exist", "实例或任务不存在"},
    {"the lines of this file end with CR alone; save it with LF at their ends",
     "此文件的行只以 CR 结尾；请以 LF 结尾保存"},
    {"the listing was cancelled", "查询已取消"},
    {"the locale %s is not one of UTF-8, which pgtask writes: on the terminal, characters beyond "
     "ASCII become ?. If the terminal can show UTF-8, set LC_ALL to such a locale, for example "
     "zh_CN.UTF-8",
     "区域设置 %s 的编码不是 pgtask 所写的 UTF-8：终端上 ASCII 以外的字符会变成 ?。如果终端能显示 "
     "UTF-8，请把 LC_ALL 设为这样的区域设置，例如 zh_CN.UTF-8"},
    {"the metadata service at %s", "元数据服务 %s"},
    {"the metrics file can be written again: %s", "指标文件又可以写入了：%s"},
    {"the name of --led is too long", "--led 的名字太长"},
    {"the name of the line is too long", "引脚的名字太长"},
    {"the operation failed", "操作失败"},
    {"the operation is not allowed now", "现在不允许此操作"},
    {"the operation is not supported", "不支持此操作"},
    {"the path is longer than 511 characters", "路径超过 511 个字符"},
    {"the peer closed the connection", "对端关闭了连接"},
    {"the peer has none of the TLS versions that are offered", "对端不支持所提供的 TLS 版本"},
    {"the peer sends without end", "对端无休止地发送"},
    {"the peer stopped sending", "对端停止了发送"},
    {"the port failed", "移植层失败"},
    {"the profile %s has no keys; looked at: %s", "配置 %s 没有密钥；已查看：%s"},
    {"the proxy could not connect to the service", "代理无法连接到服务"},
    {"the proxy refused to connect to the service", "代理拒绝连接到服务"},
    {"the proxy wants other credentials", "代理要求其他用户名和密码"},
    {"the region is not served", "不支持此地域"},
    {"the request cannot be signed; check the keys and this device's clock",
     "请求无法签名；请检查密钥和本机时钟"},
    {"the request has a wrong form", "请求的格式有误"},
    {"the request is too large", "请求太大"},
    {"the request was a dry run", "请求只是试运行"},
    {"the resource is busy or unavailable", "资源正忙或不可用"},
    {"the role cannot be assumed: %s", "无法扮演角色：%s"},
    {"the role of this machine", "本机的角色"},
    {"the second factor failed", "二次验证失败"},
    {"the secret id is unknown or disabled", "SecretId 未知或已停用"},
    {"the service has an internal fault", "服务内部错误"},
    {"the service has paused the task and may resume it; tell support the RequestId that pgtask "
     "show %ju prints; pgtask watch %ju --wait-pause waits for it to go on",
     "服务暂停了任务，之后可能继续；请把 pgtask show %ju 显示的 RequestId 告诉技术支持；pgtask "
     "watch %ju --wait-pause 会等它继续"},
    {"the service has run out of resources", "服务的资源已用完"},
    {"the service is unavailable", "服务不可用"},
    {"the service refused", "服务拒绝了请求"},
    {"the signature does not match", "签名不符"},
    {"the status is not 200", "状态不是 200"},
    {"the stream was cut off", "数据流被切断"},
    {"the task ended in Fail", "任务以 Fail 结束"},
    {"the task is ready and waits for its switch", "任务已就绪，等待切换"},
    {"the task needs an operator (Pause)", "任务需要人工处理（Pause）"},
    {"the task; the same as the argument TASK_ID", "任务；与参数 TASK_ID 相同"},
    {"the terminal of --led terminal was closed", "--led terminal 的终端已关闭"},
    {"the time is malformed or does not exist", "时间格式有误或不存在"},
    {"the time is not known", "不知道现在的时间"},
    {"the token is wrong or has expired", "令牌有误或已过期"},
    {"the value has a blank, a quote or another character that no key or token has, or is too "
     "long; copy it again",
     "值里有空格、引号或密钥和令牌不会有的字符，或者太长；请重新复制"},
    {"there are no random bytes", "没有随机数"},
    {"there is no %s under [%s]; add a line %s = ...",
     "没有 %s（在 [%s] 之下）；请加上一行 %s = ..."},
    {"there is no profile %s, and no other either; write one into ~/.tencentcloud/credentials, or "
     "run tccli configure",
     "没有配置 %s，也没有别的配置；请写入 ~/.tencentcloud/credentials，或运行 tccli configure"},
    {"there is no profile %s; there are: %s", "没有配置 %s；现有：%s"},
    {"there is no such LED, or it cannot be read; see ls /sys/class/leds",
     "没有这个 LED，或无法读取；请看 ls /sys/class/leds"},
    {"there is no such file", "没有这个文件"},
    {"there is no such task, or it started more than 180 days ago",
     "没有这个任务，或它开始于 180 天以前"},
    {"there was no answer in time", "没有按时得到回答"},
    {"there were too many requests", "请求过于频繁"},
    {"this API has been taken offline", "此接口已下线"},
    {"this IP address is not allowed", "不允许此 IP 地址"},
    {"this file cannot be opened; check its owner and permissions",
     "无法打开这个文件；请检查它的所有者和权限"},
    {"this file cannot be read", "无法读取这个文件"},
    {"this file has a %s at line %u, but no certificate", "此文件有 %s（第 %u 行），但没有证书"},
    {"this file has no certificate in PEM form: no line of it is -----BEGIN CERTIFICATE-----",
     "此文件没有 PEM 格式的证书：没有一行是 -----BEGIN CERTIFICATE-----"},
    {"this file is empty", "此文件是空的"},
    {"this file is in DER form; convert it with openssl x509 -inform der -in FILE -out NEW",
     "此文件是 DER 格式；请用 openssl x509 -inform der -in FILE -out NEW 转换"},
    {"this file is in UTF-16 or has a NUL; save it again as UTF-8",
     "这个文件是 UTF-16 编码，或含有 NUL；请另存为 UTF-8"},
    {"this file is in UTF-16; save it as UTF-8", "此文件是 UTF-16 编码；请存为 UTF-8"},
    {"this file is larger than 1 MiB", "这个文件大于 1 MiB"},
    {"this file is larger than 262144 bytes", "这个文件大于 262144 字节"},
    {"this file is not JSON in UTF-8; let tccli write it again: tccli configure",
     "这个文件不是 UTF-8 的 JSON；请让 tccli 重新写入：tccli configure"},
    {"this is not a region; a region has only letters, digits and '-', such as ap-guangzhou",
     "这不是地域；地域只有字母、数字和 '-'，例如 ap-guangzhou"},
    {"this is not a regular file; give the path of a plain file",
     "它不是普通文件；请给出普通文件的路径"},
    {"this is not a role; an ARN is like qcs::cam::uin/100000000001:roleName/NAME, and the name of "
     "a session has 2 to 128 letters, digits and _ = , . @ -",
     "这不是角色；ARN 形如 qcs::cam::uin/100000000001:roleName/NAME，会话名是 2 到 128 "
     "个字母、数字和 _ = , . @ -"},
    {"this is not the name of a profile; a name has 1 to 64 characters, does not begin with '.', "
     "and has no '/' and no ']'",
     "这不是配置名；配置名有 1 到 64 个字符，不以 . 开头，也没有 / 和 ]"},
    {"this key appears twice in its section; delete one of the lines",
     "这个键在其小节里出现了两次；请删掉其中一行"},
    {"this key is unknown; use region, endpoint or output",
     "不认识这个键；请用 region、endpoint 或 output"},
    {"this line cannot be used: it does not exist, or another program or driver has it; see "
     "gpioinfo",
     "无法使用这个引脚：它不存在，或被其他程序或驱动占用；请看 gpioinfo"},
    {"this line is no section", "这一行不是节名"},
    {"this line is not of the form key = value", "这一行不是 key = value 的形式"},
    {"this line is too long; the longest value is a token of 4096 characters",
     "这一行太长；最长的值是 4096 个字符的 token"},
    {"this login of tccli has expired; renew it with tccli %s login%s%s",
     "tccli 的这次登录已过期；请重新登录：tccli %s login%s%s"},
    {"this variable is for tests, and takes only an address of this machine with its port, such as "
     "127.0.0.1:8080; unset it",
     "这个变量供测试用，只接受本机的地址和端口，如 127.0.0.1:8080；请取消设置"},
    {"this variable is not set", "这个变量未设置"},
    {"this variable is not set, although another of the three is; set both TENCENTCLOUD_SECRET_ID "
     "and TENCENTCLOUD_SECRET_KEY",
     "三个变量里设置了别的，却没有这个；请同时设置 TENCENTCLOUD_SECRET_ID 和 "
     "TENCENTCLOUD_SECRET_KEY"},
    {"this variable is set but empty; give it a value or unset it",
     "这个变量是空的；请给它一个值，或取消设置"},
    {"too long for this build, cut: ", "超出本程序的长度而被截断："},
    {"too many arguments", "参数太多"},
    {"too many arguments; put quotes around a time", "参数太多；时间要加引号"},
    {"took ", "用时 "},
    {"tries of one request (default: 5)", "一个请求最多尝试的次数（默认：5）"},
    {"trouble", "故障"},
    {"trouble, ", "故障，"},
    {"trusted CA certificates (default: PGTASK_CA_FILE, SSL_CERT_FILE, or the system's bundle)",
     "信任的 CA 证书（默认：PGTASK_CA_FILE、SSL_CERT_FILE，或系统的证书包）"},
    {"trusted roots left out, because their PEM is damaged: %u", "因 PEM 损坏而略去的根证书：%u"},
    {"trusted roots left out, because this build cannot read them: %u",
     "因本程序无法读取而略去的根证书：%u"},
    {"turns: key exchanges are not divided; a call may take 20 million instructions",
     "步长：密钥交换不能分段；一次调用可能需要 2000 万条指令"},
    {"unexpected argument; a task id is given with --task-id",
     "多余的参数；任务 ID 用 --task-id 给出"},
    {"unknown", "未知"},
    {"unknown command %s; did you mean %s? See pgtask --help.",
     "未知的命令 %s；您是指 %s 吗？参见 pgtask --help。"},
    {"unknown command; use list, show, watch, led or check. See pgtask --help.",
     "未知的命令；可用 list、show、watch、led 或 check。见 pgtask --help。"},
    {"unknown status, ", "未知状态，"},
    {"unknown_status", "未知状态"},
    {"user and password are longer than 510 characters, or have a control character",
     "用户名和密码超过 510 个字符，或含有控制字符"},
    {"vanished", "已消失"},
    {"wait for a paused task to go on, instead of ending with exit status 6",
     "等待暂停的任务继续，而不是以退出码 6 结束"},
    {"wait_switch", "等待切换"},
    {"waiting for the first answer", "等待第一个应答"},
    {"waits for its switch, ", "等待切换，"},
    {"watch: a task is no longer listed; outcome unknown, check the console.",
     "watch：有任务已不在列表里；结果未知，请查看控制台。"},
    {"watch: no answer within --max-wait.", "watch：--max-wait 之内没有应答。"},
    {"watch: no task of %s found in %s; check the region; pgtask list --min-start shows older "
     "tasks.",
     "watch：没有找到 %s 的任务（地域 %s）；请检查地域；pgtask list --min-start "
     "可以列出更早的任务。"},
    {"watch: not done within --max-wait.", "watch：--max-wait 之内没有完成。"},
    {"watch: task %ju not found in %s; check the region; pgtask list --min-start shows older "
     "tasks.",
     "watch：没有找到任务 %ju（地域 %s）；请检查地域；pgtask list --min-start "
     "可以列出更早的任务。"},
    {"where to connect, for a tunnel; also [IPV6]:PORT (default: the endpoint)",
     "连接到哪里，供隧道使用；也可以是 [IPV6]:PORT（默认：endpoint）"},
    {"with --count, time from the start of one listing to the start of the next (default: 1); may "
     "be a fraction such as 0.25; 0 does not wait",
     "与 --count 一起用，一次开始到下一次开始的时间（默认：1）；可以是小数，例如 0.25；0 表示不等"},
    {"with --instance, end once every task has ended or needs an operator, or if no task appears "
     "within 2 minutes",
     "与 --instance 一起用，所有任务都结束或需要人工处理时结束，2 分钟内没有任务出现也结束"},
    {"with --instance, follow only tasks of these types (default: all):",
     "与 --instance 一起用，只跟踪这些类型的任务（默认：全部）："},
    {"with --instance, look only at tasks of these types (default: all):",
     "与 --instance 同用，只看这些类型的任务（默认：全部）："},
    {"with --instance, show only tasks of these types (default: RestoreDatabase):",
     "与 --instance 一起用，只显示这些类型的任务（默认：RestoreDatabase）："},
    {"write figures for Prometheus (node_exporter's textfile collector) every 15 s and at each "
     "event",
     "每 15 秒和每个事件时写 Prometheus 指标（供 node_exporter 的 textfile collector 读取）"},
    {"write only ASCII: other characters become ?, JSON escapes them; PGTASK_ASCII=1 does the same",
     "只写 ASCII：其他字符变成 ?，JSON 里转义；PGTASK_ASCII=1 的效果相同"},
    {"wrong command line, missing credentials, or a query that cannot be sent",
     "命令行有误、缺少密钥，或查询无法发送"},
};

size_t const language_row_count = sizeof language_rows / sizeof language_rows[0];

#endif
