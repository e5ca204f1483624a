#!/bin/sh
# SPDX-License-Identifier: MIT
# Sends an event of `pgtask watch --exec` to a group chat: WeCom, DingTalk, Feishu or Slack.
#
# The file ~/.pgtask-webhook, or the one that WEBHOOK_FILE names, has the URL of the robot on
# one line. Keep its mode at 600: whoever knows the URL can write to the group.
# WEBHOOK_EVENTS names the events that are sent.
set -eu

events=${WEBHOOK_EVENTS:-ended operator vanished absent stale}
file=${WEBHOOK_FILE:-$HOME/.pgtask-webhook}

# A task that is paused when pgtask begins needs an operator too.
event=$PGTASK_EVENT
[ "$event ${PGTASK_STATUS:-}" != "appeared Pause" ] || event=operator

case " $events " in
*" $event "*) ;;
*) exit 0 ;;
esac

url=$(head -n 1 "$file")

text="pgtask: $event"
[ -z "${PGTASK_TASK_ID:-}" ] || text="$text: task $PGTASK_TASK_ID"
for fact in "${PGTASK_TASK_TYPE:-}" "${PGTASK_INSTANCE:-}" "${PGTASK_STATUS:-}"; do
    [ -z "$fact" ] || text="$text, $fact"
done
[ -z "${PGTASK_PROGRESS:-}" ] || text="$text $PGTASK_PROGRESS %"
[ -z "${PGTASK_MESSAGE:-}" ] || text="$text: $PGTASK_MESSAGE"
text="$text (${PGTASK_REGION:-}, ${PGTASK_AT:-})"

# pgtask leaves no control character in these texts, so two characters are left that JSON escapes.
json() { printf '%s' "$1" | sed 's/[\\"]/\\&/g'; }

# Each chat has its own form, and its own sign that all is well: most answer with status 200 anyway.
case $url in
*//open.feishu.cn/* | *//open.larksuite.com/*)
    body="{\"msg_type\":\"text\",\"content\":{\"text\":\"$(json "$text")\"}}"
    good='"code": *0[,}]|"StatusCode": *0[,}]'
    ;;
*//hooks.slack.com/*)
    text=$(printf '%s' "$text" | sed 's/&/\&amp;/g; s/</\&lt;/g; s/>/\&gt;/g')
    body="{\"text\":\"$(json "$text")\"}"
    good='^ok$'
    ;;
*) # WeCom and DingTalk
    body="{\"msgtype\":\"text\",\"text\":{\"content\":\"$(json "$text")\"}}"
    good='"errcode": *0[,}]'
    ;;
esac

# curl reads the URL from its standard input, so no other user sees it in the list of processes.
answer=$(printf 'url = "%s"\n' "$url" | curl --silent --show-error --max-time 30 --config - \
    --header 'Content-Type: application/json' --data-raw "$body")
if ! printf '%s\n' "$answer" | grep -Eq "$good"; then
    printf 'webhook.sh: the robot refused: %.200s\n' "$answer" >&2
    exit 1
fi
