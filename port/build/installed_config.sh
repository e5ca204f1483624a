#!/bin/sh
# SPDX-License-Identifier: MIT
# Writes <pgtask/config.h> as it is installed: installed_config.sh COMPILER FLAG...
#
# A program places the library's structs, so it must have the sizes of the library. The installed
# header gives a program the sizes that the library was compiled with by these flags, and refuses
# other ones.
set -eu
config=include/pgtask/config.h

# value_of_each COMPILER FLAG...: a line `"NAME" VALUE` for each size and switch that changes structs
value_of_each() {
    {
        printf '#ifndef PGTASK_TLS13\n#define PGTASK_TLS13 1\n#endif\n#include <pgtask/port.h>\n'
        for name in $names; do
            printf '"%s" %s\n' "$name" "$name"
        done
    } | "$@" -E -P -xc - | sed -n 's/\([0-9]\)[uUlL]*/\1/g; /^"PGTASK_/p'
}

names="$(sed -n 's/^#ifndef \(PGTASK_[A-Z0-9_]*\)$/\1/p' "$config" | grep -v '^PGTASK_CONFIG_H$')
    PGTASK_PULSE PGTASK_TLS13"
values=$(value_of_each "$@")
defaults=$(value_of_each "$1" -Iinclude)

cat <<END
/* SPDX-License-Identifier: MIT */
/* The header below, with the sizes of the library that is installed beside it. */
END
printf '%s\n' "$values" | while read -r quoted value; do
    name=$(echo "$quoted" | tr -d '"')
    printf '%s\n' "$defaults" | grep -qxF "$quoted $value" ||
        printf '#ifndef %s\n#define %s %s\n#endif\n' "$name" "$name" "$value"
done
cat "$config"
printf '%s\n' "$values" | while read -r quoted value; do
    name=$(echo "$quoted" | tr -d '"')
    printf '#if defined(%s) && %s != %s\n' "$name" "$name" "$value"
    printf '#error the installed libpgtask has %s %s: leave out your own value\n#endif\n' "$name" "$value"
done
