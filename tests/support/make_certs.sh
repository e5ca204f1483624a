#!/bin/sh
# SPDX-License-Identifier: MIT
# Makes throw-away certificates for the tests and the demo: good ones, and each kind of bad one.
#
#   make_certs.sh DIR [all]
#
# Without "all", DIR gets ca.pem, and server.pem with server.key for postgres.tencentcloudapi.com,
# *.tencentcloudapi.com, localhost and 127.0.0.1. With "all", it also gets one NAME.pem and one
# NAME.key for each kind below. The script needs only openssl.
#
# Many programs may call this at once: the first makes the set under a lock, the others wait for it.
# A set is made again when this script has changed, or when the set ends within a day. A new set
# takes its place as a whole, so that nobody sees half of one.
set -eu

PADDING=
BY=
ISSUER_ID=keyid
script=$(cd "$(dirname "$0")" && pwd)
version="$(cat "$0" "$script/service_chains.sh" | cksum) ${2:-}"
ends_first=server
SHORT_DAYS=30
[ "${2:-}" != all ] || ends_first=short_root

is_current() {
    [ "$(cat "$directory/made" 2>/dev/null)" = "$version" ] &&
        openssl x509 -noout -checkend 86400 -in "$directory/$ends_first.pem" >/dev/null 2>&1
}
complain() {
    [ $? = 0 ] || echo "make_certs.sh: cannot make the certificates in $directory" >&2
}

umask 077
mkdir -p "$(dirname "$1")"
directory=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
! is_current || exit 0
if [ -n "$(ls -A "$directory" 2>/dev/null)" ] && [ ! -f "$directory/made" ]; then
    echo "make_certs.sh: $directory holds other files; name an empty folder" >&2
    exit 1
fi
trap complain EXIT
exec 9>"$directory.lock"
flock 9
! is_current || exit 0
rm -rf "$directory.new"
mkdir "$directory.new"
cd "$directory.new"

SERVER_NAMES=DNS:postgres.tencentcloudapi.com,DNS:*.tencentcloudapi.com,DNS:localhost,IP:127.0.0.1

# key NAME KIND: NAME.key, KIND being P-256, P-384, a number of RSA bits, or BITS:EXPONENT
key() {
    name=$1
    case $2 in
    P-*) set -- -algorithm EC -pkeyopt "ec_paramgen_curve:$2" ;;
    *:*) set -- -algorithm RSA -pkeyopt "rsa_keygen_bits:${2%:*}" -pkeyopt "rsa_keygen_pubexp:${2#*:}" ;;
    *) set -- -algorithm RSA -pkeyopt "rsa_keygen_bits:$2" ;;
    esac
    openssl genpkey "$@" -out "$name.key" 2>/dev/null
}

# root NAME KIND SUBJECT DAYS: a self-signed CA
root() {
    key "$1" "$2"
    self_sign "$1" "$3" "$4" sha256
}

# self_sign NAME SUBJECT DAYS DIGEST: with the key that is there
self_sign() {
    openssl req -x509 -new -key "$1.key" -subj "$2" -days "$3" "-$4" -out "$1.pem" \
        -addext keyUsage=critical,keyCertSign,cRLSign
}

# issue NAME KIND ISSUER SUBJECT DAYS DIGEST EXTENSION...: NAME.pem, signed by ISSUER
issue() {
    key "$1" "$2"
    certify "$@"
}

# certify: the same with the key NAME.key that is there; PADDING=pss signs with RSA-PSS,
# ISSUER_ID=none is for an issuer without extensions
certify() {
    issued=$1 issuer=$3 subject=$4 days=$5 digest=$6
    shift 6
    printf '%s\n' "subjectKeyIdentifier=hash" "authorityKeyIdentifier=$ISSUER_ID" "$@" >"$issued.ext"
    openssl req -new -key "$issued.key" -subj "$subject" -out "$issued.csr"
    openssl x509 -req -in "$issued.csr" -CA "$issuer.pem" -CAkey "$issuer.key" -days "$days" \
        "-$digest" -set_serial "0x4a$(openssl rand -hex 7)" -extfile "$issued.ext" \
        ${PADDING:+-sigopt "rsa_padding_mode:$PADDING"} -out "$issued.pem" 2>/dev/null
    rm "$issued.csr" "$issued.ext"
}

# byte NUMBER: one byte
byte() {
    printf "\\$(printf %03o "$1")"
}

# alter NAME ISSUER SCRIPT: changes bytes of NAME.pem by sed, and signs them again by a P-256 key
alter() {
    openssl x509 -in "$1.pem" -outform DER |
        openssl asn1parse -inform DER -strparse 4 -noout -out altered.tbs
    LC_ALL=C sed "$3" altered.tbs >"$1.tbs"
    openssl dgst -sha256 -sign "$2.key" -out "$1.signature" "$1.tbs"
    of_signature=$(wc -c <"$1.signature")
    length=$(($(wc -c <"$1.tbs") + 12 + 3 + of_signature))
    {
        printf '\060\202'
        byte $((length / 256))
        byte $((length % 256))
        cat "$1.tbs"
        printf '\060\012\006\010\052\206\110\316\075\004\003\002\003' # ecdsa-with-SHA256, BIT STRING
        byte $((of_signature + 1))
        byte 0
        cat "$1.signature"
    } | openssl x509 -inform DER -out "$1.pem"
    rm altered.tbs "$1.tbs" "$1.signature"
}

# leaf NAME KIND ISSUER: a good server's certificate
leaf() {
    issue "$1" "$2" "$3" /CN=postgres.tencentcloudapi.com 825 "${4:-sha256}" \
        basicConstraints=critical,CA:FALSE keyUsage=critical,digitalSignature \
        extendedKeyUsage=serverAuth "subjectAltName=$SERVER_NAMES"
}

# leaf_with NAME EXTENSION...: by the good CA, with extensions of its own
leaf_with() {
    name=$1
    shift
    issue "$name" P-256 ca /CN=postgres.tencentcloudapi.com 825 sha256 "$@"
}

# intermediate NAME ISSUER EXTENSION...
intermediate() {
    name=$1 by=$2
    shift 2
    issue "$name" P-256 "$by" "/O=pgtask test/CN=intermediate $name" 1825 sha256 "$@"
}

# authority NAME ISSUER EXTENSION...: an intermediate that may sign
authority() {
    name=$1 by=$2
    shift 2
    intermediate "$name" "$by" basicConstraints=critical,CA:TRUE "$SIGNS" "$@"
}

# below NAME AUTHORITY SUBJECT_ALT_NAMES EXTENSION...: a good leaf with names of its own
below() {
    name=$1 by=$2 names=$3
    shift 3
    issue "$name" P-256 "$by" /CN=postgres.tencentcloudapi.com 825 sha256 \
        basicConstraints=critical,CA:FALSE "$SERVES" "subjectAltName=$names" "$@"
}

# dated NAME START END: a good leaf with validity of its own, YYYYMMDDHHMMSSZ
dated() {
    key "$1" P-256
    date_key "$1" /CN=postgres.tencentcloudapi.com "$2" "$3" basicConstraints=critical,CA:FALSE \
        extendedKeyUsage=serverAuth "subjectAltName=$SERVER_NAMES"
}

# date_key NAME SUBJECT START END EXTENSION...: NAME.pem for the key NAME.key, by the good CA, or with
# BY=self by itself
date_key() {
    dated=$1 subject=$2 start=$3 end=$4
    shift 4
    openssl req -new -key "$dated.key" -subj "$subject" -out "$dated.csr"
    : >"$dated.db"
    cat >"$dated.cnf" <<CONFIG
[ca]
default_ca = it
[it]
database = $dated.db
new_certs_dir = .
rand_serial = yes
default_md = sha256
policy = any
x509_extensions = these
[any]
organizationName = optional
commonName = supplied
[these]
CONFIG
    printf '%s\n' "$@" >>"$dated.cnf"
    if [ "$BY" = self ]; then
        set -- -selfsign -keyfile "$dated.key"
    else
        set -- -cert ca.pem -keyfile ca.key
    fi
    openssl ca -batch -notext -config "$dated.cnf" "$@" -startdate "$start" \
        -enddate "$end" -in "$dated.csr" -out "$dated.new" 2>/dev/null
    mv "$dated.new" "$dated.pem"
    find . -maxdepth 1 -name '[0-9A-F]*.pem' -exec rm {} +
    rm -f "$dated".csr "$dated".cnf "$dated".db*
}

# old_version NAME SUBJECT [ISSUER]: NAME.pem of version 1, for NAME.key. OpenSSL makes it of a request
# without extensions; since 3.2 it wants to be told.
old_version() {
    if [ -n "${3:-}" ]; then by="-CA $3.pem -CAkey $3.key"; else by="-key $1.key"; fi
    printf '[req]\ndistinguished_name = empty\n[empty]\n' >old.cnf
    openssl req -new -config old.cnf -key "$1.key" -subj "$2" -out old.csr
    if openssl req -help 2>&1 | grep -q x509v1; then
        openssl req -x509v1 -config old.cnf -in old.csr $by -days 1825 -sha256 -set_serial 2 -out "$1.pem"
    else
        openssl x509 -req -in old.csr $by -days 1825 -sha256 -set_serial 2 -out "$1.pem"
    fi 2>/dev/null
    rm old.csr old.cnf
}

SIGNS="keyUsage=critical,keyCertSign,cRLSign"
SERVES="extendedKeyUsage=serverAuth"
NAMES="subjectAltName=$SERVER_NAMES"
many_names() {
    i=0
    while [ $i -lt "$1" ]; do
        printf 'DNS:host-%03d.region.example.com,' $i
        i=$((i + 1))
    done
    echo "$SERVER_NAMES"
}

finish() {
    echo "$version" >made
    rm -rf "$directory"
    mv "$directory.new" "$directory"
    exit 0
}

root ca P-256 "/O=pgtask test/CN=root" 3650
leaf server P-256 ca
[ "${2:-}" = all ] || finish

# Good: other keys, longer chains, other names.
root rsa_root 2048 "/O=pgtask test/CN=RSA root" 3650
leaf rsa 2048 rsa_root
root rsa_4096_root 4096 "/O=pgtask test/CN=RSA-4096 root" 3650
leaf under_rsa_4096_root 2048 rsa_4096_root
leaf rsa_4096 4096 ca
root p384_root P-384 "/O=pgtask test/CN=P-384 root" 3650
leaf p384 P-384 p384_root sha384
above=p384_root
for number in 1 2 3; do
    issue "p384_middle_$number" P-384 "$above" "/O=pgtask test/CN=P-384 intermediate $number" 1825 sha384 \
        basicConstraints=critical,CA:TRUE "$SIGNS"
    above=p384_middle_$number
done
leaf p384_below_three P-384 "$above" sha384
intermediate middle ca basicConstraints=critical,CA:TRUE,pathlen:0 "$SIGNS"
leaf chained P-256 middle
leaf_with wildcard "$SERVES" "subjectAltName=DNS:*.tencentcloudapi.com"
leaf_with uri_name "$SERVES" "subjectAltName=URI:postgres.tencentcloudapi.com,URI:127.0.0.1"
leaf_with dns_address "$SERVES" "subjectAltName=DNS:127.0.0.1,DNS:*.0.0.1"
leaf_with short_wildcard "$SERVES" "subjectAltName=DNS:*.test"
leaf_with dotted_wildcard "$SERVES" "subjectAltName=DNS:*.test.,DNS:*.tencentcloudapi.com."
issue common_name P-256 ca /CN=localhost 825 sha256 "$SERVES"
issue common_address P-256 ca /CN=127.0.0.1 825 sha256 "$SERVES"
leaf_with many_names "$SERVES" "subjectAltName=$(many_names 200)"
leaf_with too_many_names "$SERVES" "subjectAltName=$(many_names 400)"

# Good: a root that signs itself with SHA-1.
key sha1_root P-256
self_sign sha1_root "/O=pgtask test/CN=SHA-1 root" 3650 sha1
leaf under_sha1_root P-256 sha1_root

# Good: an old root, which signs itself with SHA-1, and a new one, which the old one has signed too.
key old_root 2048
self_sign old_root "/O=pgtask test/CN=old root" 3650 sha1
root new_root 2048 "/O=pgtask test/CN=new root" 3650
cp new_root.key new_root_crossed.key
certify new_root_crossed - old_root "/O=pgtask test/CN=new root" 1825 sha256 \
    basicConstraints=critical,CA:TRUE "$SIGNS"
leaf under_new_root 2048 new_root
cat old_root.pem new_root.pem >both_roots.pem
cat new_root_crossed.pem old_root.pem >new_root_crossed_and_old.pem

# Good, but of a kind that no build reads: a root on another curve.
root curve_root P-521 "/O=pgtask test/CN=P-521 root" 3650
leaf under_curve_root P-256 curve_root
cat curve_root.pem ca.pem >curve_root_and_ca.pem
root curve_twin P-521 "/O=pgtask test/CN=root" 3650
cat curve_twin.pem ca.pem >curve_twin_and_ca.pem

# Good: a root renewed with the same key; a system's bundle.
cp ca.key ca_before.key
self_sign ca_before "/O=pgtask test/CN=root" "$SHORT_DAYS" sha256
cat ca_before.pem ca.pem >renewed.pem
key bulk P-256
: >bundle.pem
i=0
while [ $i -lt 140 ]; do
    self_sign bulk "/O=pgtask test/OU=bundle/CN=root $i" 3650 sha256
    cat bulk.pem >>bundle.pem
    i=$((i + 1))
done
cat ca.pem >>bundle.pem
for name in ca rsa_root p384_root; do
    openssl x509 -in "$name.pem" -outform DER -out "$name.der"
done

# Bad: the issuer.
key self_signed P-256
openssl req -x509 -new -key self_signed.key -subj /CN=postgres.tencentcloudapi.com -days 825 \
    -sha256 -out self_signed.pem -addext "$NAMES"
root other_root P-256 "/O=pgtask test/CN=another root" 3650
leaf unknown_ca P-256 other_root
root impostor_root P-256 "/O=pgtask test/CN=root" 3650
leaf impostor P-256 impostor_root
intermediate no_ca_flag_middle ca basicConstraints=critical,CA:FALSE
leaf no_ca_flag P-256 no_ca_flag_middle
intermediate no_cert_sign_middle ca basicConstraints=critical,CA:TRUE \
    keyUsage=critical,digitalSignature
leaf no_cert_sign P-256 no_cert_sign_middle
root short_root P-256 "/O=pgtask test/CN=short-lived root" "$SHORT_DAYS"
leaf outlives_root P-256 short_root

# Bad: the leaf.
leaf_with wrong_name "$SERVES" "subjectAltName=DNS:www.example.com"
leaf_with client_only extendedKeyUsage=clientAuth "$NAMES"
leaf_with wrong_key_usage keyUsage=critical,keyAgreement "$SERVES" "$NAMES"
leaf sha1 P-256 ca sha1
issue sha1_middle P-256 ca "/O=pgtask test/CN=SHA-1 intermediate" 1825 sha1 \
    basicConstraints=critical,CA:TRUE "$SIGNS"
leaf under_sha1_middle P-256 sha1_middle
leaf rsa_1024 1024 rsa_root
dated expired 20200101000000Z 20210101000000Z
dated not_yet_valid 20900101000000Z 20910101000000Z
dated soon_valid "$(date -u -d '60 days' +%Y%m%d%H%M%SZ)" "$(date -u -d '800 days' +%Y%m%d%H%M%SZ)"
dated just_expired 20200101000000Z "$(date -u -d '-1 hour' +%Y%m%d%H%M%SZ)"
dated one_second 20270101000000Z 20270101000000Z
dated backwards 20280101000000Z 20270101000000Z

# Authorities and for what they may issue.
SERVICE=DNS:postgres.tencentcloudapi.com
authority mail_middle ca extendedKeyUsage=emailProtection
leaf under_mail P-256 mail_middle
authority web_middle ca extendedKeyUsage=clientAuth,serverAuth
leaf under_web P-256 web_middle
authority any_use_middle ca extendedKeyUsage=anyExtendedKeyUsage
leaf under_any_use P-256 any_use_middle
authority permitted_middle ca "nameConstraints=critical,permitted;DNS:example.com,permitted;DNS:TencentCloudApi.com"
below under_permitted permitted_middle "$SERVICE,DNS:*.tencentcloudapi.com"
below beside_permitted permitted_middle "$SERVICE,DNS:postgres.nottencentcloudapi.com"
below address_permitted permitted_middle "$SERVICE,IP:127.0.0.1"
authority dotted_middle ca "nameConstraints=permitted;DNS:.tencentcloudapi.com"
below under_dotted dotted_middle "$SERVICE"
authority elsewhere_middle ca "nameConstraints=permitted;DNS:example.org"
below under_elsewhere elsewhere_middle "$SERVICE"
authority below_elsewhere_middle elsewhere_middle
below far_under_elsewhere below_elsewhere_middle "$SERVICE"
cat below_elsewhere_middle.pem elsewhere_middle.pem >below_elsewhere_middles.pem
authority critical_elsewhere_middle ca "nameConstraints=critical,permitted;DNS:example.org"
below under_critical_elsewhere critical_elsewhere_middle "$SERVICE"
authority excluded_middle ca "nameConstraints=critical,excluded;DNS:postgres.tencentcloudapi.com"
below under_excluded excluded_middle "$SERVICE"
below wildcard_excluded excluded_middle "DNS:*.tencentcloudapi.com"
leaf_with any_use extendedKeyUsage=anyExtendedKeyUsage "$NAMES"
leaf_with two_uses extendedKeyUsage=anyExtendedKeyUsage,serverAuth "$NAMES"
leaf_with client_type "$SERVES" nsCertType=client "$NAMES"
leaf_with server_type "$SERVES" nsCertType=server "$NAMES"
authority permitted_site_middle permitted_middle "subjectAltName=DNS:tencentcloudapi.com"
below under_permitted_site permitted_site_middle "$SERVICE"
cat permitted_site_middle.pem permitted_middle.pem >permitted_site_middles.pem
authority foreign_site_middle permitted_middle "subjectAltName=DNS:example.org"
below under_foreign_site foreign_site_middle "$SERVICE"
cat foreign_site_middle.pem permitted_middle.pem >foreign_site_middles.pem
authority mail_domain_middle ca "nameConstraints=critical,permitted;email:example.com"
below under_mail_domain mail_domain_middle "$SERVICE"
below mail_address mail_domain_middle "$SERVICE,email:someone@example.org"
issue mail_subject P-256 mail_domain_middle \
    /CN=postgres.tencentcloudapi.com/emailAddress=someone@example.org 825 sha256 "$SERVES" \
    "subjectAltName=$SERVICE"
issue mail_below_middle P-256 mail_domain_middle \
    "/CN=mail below/emailAddress=someone@example.org" 1825 sha256 \
    basicConstraints=critical,CA:TRUE "$SIGNS"
below far_under_mail_domain mail_below_middle "$SERVICE"
cat mail_below_middle.pem mail_domain_middle.pem >mail_below_middles.pem
issue cn_permitted P-256 permitted_middle /CN=postgres.tencentcloudapi.com 825 sha256 "$SERVES"
issue cn_elsewhere P-256 elsewhere_middle /CN=postgres.tencentcloudapi.com 825 sha256 "$SERVES"
issue two_cn_permitted P-256 permitted_middle \
    /CN=www.example.com/CN=postgres.tencentcloudapi.com 825 sha256 "$SERVES"
issue two_cn_elsewhere P-256 permitted_middle \
    /CN=www.example.org/CN=postgres.tencentcloudapi.com 825 sha256 "$SERVES"
authority other_excluded_middle ca "nameConstraints=critical,excluded;DNS:example.org"
below under_other_excluded other_excluded_middle "$SERVICE"
authority no_address_middle ca "nameConstraints=critical,permitted;DNS:tencentcloudapi.com,excluded;IP:0.0.0.0/0.0.0.0,excluded;IP:::/::"
below under_no_address no_address_middle "$SERVICE"
below uri_address no_address_middle "$SERVICE,URI:127.0.0.1"
below address_excluded no_address_middle "$SERVICE,IP:127.0.0.1"
authority directory_middle ca "nameConstraints=critical,permitted;dirName:directory" "[directory]" CN=other
below under_directory directory_middle "$SERVICE"
domains() {
    i=1
    while [ $i -lt "$1" ]; do
        printf 'permitted;DNS:d%d.example.com,' $i
        i=$((i + 1))
    done
    echo "permitted;DNS:tencentcloudapi.com"
}
authority many_domains_middle ca "nameConstraints=critical,$(domains 128)"
below under_many_domains many_domains_middle "$SERVICE"
authority too_many_domains_middle ca "nameConstraints=critical,$(domains 129)"
below under_too_many_domains too_many_domains_middle "$SERVICE"
names() {
    i=1
    while [ $i -lt "$1" ]; do
        printf 'DNS:d%d.example.com,' $i
        i=$((i + 1))
    done
    echo "$SERVICE"
}
# With the common name and the host's name, 64 names by 128 domains; and one name more.
below names_by_domains many_domains_middle "$(names 62)"
below too_many_names_by_domains many_domains_middle "$(names 63)"
authority policy_middle ca certificatePolicies=critical,1.2.3.4.5
below under_policy policy_middle "$SERVICE"
authority strict_policy_middle ca policyConstraints=critical,requireExplicitPolicy:0
below under_strict_policy strict_policy_middle "$SERVICE"
authority no_policy_middle ca inhibitAnyPolicy=critical,0
below under_no_policy no_policy_middle "$SERVICE"
authority odd_subtree_middle ca 2.5.29.30=critical,DER:30:07:a0:05:30:03:8f:01:78
below under_odd_subtree odd_subtree_middle "$SERVICE"
authority odd_middle ca 1.2.3.4.5.6=critical,ASN1:NULL
below under_odd odd_middle "$SERVICE"
below odd ca "$SERVICE" 1.2.3.4.5.6=critical,ASN1:NULL
key constrained_root P-256
openssl req -x509 -new -key constrained_root.key -subj "/O=pgtask test/CN=constrained root" -days 3650 \
    -sha256 -out constrained_root.pem -addext keyUsage=critical,keyCertSign \
    -addext "nameConstraints=critical,permitted;DNS:example.org"
below under_constrained_root constrained_root "$SERVICE"

# RSA keys at the limits: an exponent of 32 bits, one of 33, a modulus of 4,104.
leaf largest_exponent 2048:4294967291 ca
leaf large_exponent 2048:4294967311 ca
leaf large_modulus 4104 ca
issue large_exponent_middle 2048:4294967311 ca "/O=pgtask test/CN=large exponent" 1825 sha256 \
    basicConstraints=critical,CA:TRUE "$SIGNS"
leaf under_large_exponent P-256 large_exponent_middle
issue rsa_middle 2048 ca "/O=pgtask test/CN=RSA intermediate" 1825 sha256 \
    basicConstraints=critical,CA:TRUE "$SIGNS"
leaf under_rsa_middle P-256 rsa_middle
PADDING=pss
leaf under_large_exponent_pss P-256 large_exponent_middle
leaf under_rsa_middle_pss P-256 rsa_middle
PADDING=

# An authority without a root whose RSA-4096 key has an exponent of 4,095 bits. Nobody can sign for
# such a key, so another certificate of the same authority has issued the server's.
issue huge_exponent_middle 4096 other_root "/O=pgtask test/CN=huge exponent" 1825 sha256 \
    basicConstraints=critical,CA:TRUE "$SIGNS"
leaf under_huge_exponent P-256 huge_exponent_middle
modulus=$(openssl rsa -in huge_exponent_middle.key -noout -modulus)
cat >huge.cnf <<CONFIG
asn1 = SEQUENCE:key
[key]
algorithm = SEQUENCE:rsa
key = BITWRAP,SEQUENCE:numbers
[rsa]
name = OID:rsaEncryption
parameters = NULL
[numbers]
n = INTEGER:0x${modulus#Modulus=}
e = INTEGER:0x7$(printf 'F%.0s' $(seq 1023))
CONFIG
openssl asn1parse -noout -genconf huge.cnf -out huge.der
openssl pkey -pubin -inform DER -in huge.der -pubout -out huge.pub
printf '%s\n' basicConstraints=critical,CA:TRUE "$SIGNS" subjectKeyIdentifier=none >huge.ext
openssl req -new -key huge_exponent_middle.key -subj "/O=pgtask test/CN=huge exponent" -out huge.csr
openssl x509 -req -in huge.csr -force_pubkey huge.pub -CA other_root.pem -CAkey other_root.key \
    -days 1825 -sha256 -set_serial 1 -extfile huge.ext -out huge_exponent_middle.pem 2>/dev/null
rm huge.cnf huge.der huge.pub huge.ext huge.csr

# Copies of the intermediate `middle` with the same key: one has expired, one is from another root.
cp middle.key expired_middle.key
date_key expired_middle "/O=pgtask test/CN=intermediate middle" 20200101000000Z 20210101000000Z \
    basicConstraints=critical,CA:TRUE "$SIGNS"
cp middle.key crossed_middle.key
certify crossed_middle - other_root "/O=pgtask test/CN=intermediate middle" 1825 sha256 \
    basicConstraints=critical,CA:TRUE "$SIGNS"
cp middle.key mail_copy_middle.key
certify mail_copy_middle - ca "/O=pgtask test/CN=intermediate middle" 1825 sha256 \
    basicConstraints=critical,CA:TRUE "$SIGNS" extendedKeyUsage=emailProtection
cat expired_middle.pem crossed_middle.pem mail_copy_middle.pem middle.pem >copies.pem
cat middle.pem expired_middle.pem >copies_reversed.pem
cat wrong_name.pem server.pem middle.pem other_root.pem ca.pem >disorder.pem

# A key that is given by one coordinate.
openssl ecparam -name secp384r1 -genkey -noout 2>/dev/null |
    openssl ec -conv_form compressed -out compressed.key 2>/dev/null
certify compressed - ca "/O=pgtask test/CN=compressed" 825 sha256 \
    basicConstraints=critical,CA:TRUE "$SIGNS"

# A chain of ten authorities.
above=other_root
: >long_chain_middles.pem
for i in 1 2 3 4 5 6 7 8 9 10; do
    authority "long_chain_$i" "$above"
    above=long_chain_$i
    cat "$above.pem" >>long_chain_middles.pem
done
leaf long_chain P-256 "$above"

# A path of four authorities. With another key for the name of the first, forged ones below it,
# which do not tell the key.
issue false_four_1 P-256 other_root "/O=pgtask test/CN=intermediate four_1" 1825 sha256 \
    basicConstraints=critical,CA:TRUE "$SIGNS"
for kind in four false_four; do
    above=ca
    for i in 1 2 3 4; do
        [ "$kind$i" != false_four2 ] || ISSUER_ID=none
        [ "$kind$i" = false_four1 ] || authority "${kind}_$i" "$above"
        ISSUER_ID=keyid
        above=${kind}_$i
        if [ $i = 3 ]; then
            leaf "under_$(echo $kind | sed s/four/three/)" P-256 "$above"
        fi
    done
done
leaf under_four P-256 four_4
cat four_3.pem four_2.pem four_1.pem >three_middle.pem
cat four_4.pem three_middle.pem >four_middle.pem
cat false_four_3.pem false_four_2.pem four_1.pem >false_three_middle.pem

# An authority below one that allows none below it, and one that has renewed its own key below it.
authority below_middle middle
below far_under_middle below_middle DNS:postgres.tencentcloudapi.com
cat below_middle.pem middle.pem >below_middles.pem
issue renewed_middle P-256 middle "/O=pgtask test/CN=intermediate middle" 1825 sha256 \
    basicConstraints=critical,CA:TRUE,pathlen:0 "$SIGNS"
leaf under_renewed_middle P-256 renewed_middle
cat renewed_middle.pem middle.pem >renewed_middles.pem

# Fifteen strangers before the authority: more certificates than a client looks at.
: >crowd.pem
i=0
while [ $i -lt 15 ]; do
    cat other_root.pem >>crowd.pem
    i=$((i + 1))
done
cat middle.pem >>crowd.pem

# A self-signed certificate of the same name as another one.
key self_signed_twin P-256
openssl req -x509 -new -key self_signed_twin.key -subj /CN=postgres.tencentcloudapi.com -days 825 \
    -sha256 -out self_signed_twin.pem -addext "$NAMES"

# The good root's key under the same name in other letters, and in another type of string.
cp ca.key upper_root.key
self_sign upper_root "/O=PGTASK Test/CN=Root" 3650 sha256
cp ca.key printable_root.key
printf '[req]\ndistinguished_name = name\nstring_mask = nombstr\n[name]\n' >printable_root.cnf
openssl req -x509 -new -config printable_root.cnf -key printable_root.key -subj \
    "/O=pgtask test/CN=root" -days 3650 -sha256 -out printable_root.pem \
    -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign
rm printable_root.cnf

# Faults at each link of a path: in the authority below the root, in the one below that, in the root.
authority under_no_ca_flag no_ca_flag_middle
leaf far_under_no_ca_flag P-256 under_no_ca_flag
cat under_no_ca_flag.pem no_ca_flag_middle.pem >no_ca_flag_middles.pem
authority under_no_cert_sign no_cert_sign_middle
leaf far_under_no_cert_sign P-256 under_no_cert_sign
cat under_no_cert_sign.pem no_cert_sign_middle.pem >no_cert_sign_middles.pem
key old_version_middle P-256
old_version old_version_middle "/O=pgtask test/CN=version 1" ca
ISSUER_ID=none
leaf under_old_version P-256 old_version_middle
key old_version_root P-256
old_version old_version_root "/O=pgtask test/CN=version 1 root"
leaf under_old_version_root P-256 old_version_root
ISSUER_ID=keyid
issue weak_middle 1024 ca "/O=pgtask test/CN=weak" 1825 sha256 \
    basicConstraints=critical,CA:TRUE "$SIGNS"
leaf under_weak_middle P-256 weak_middle
root weak_root 1024 "/O=pgtask test/CN=weak root" 3650
leaf under_weak_root P-256 weak_root
authority under_sha1_authority sha1_middle
leaf far_under_sha1_middle P-256 under_sha1_authority
cat under_sha1_authority.pem sha1_middle.pem >sha1_middles.pem
for kind in expired early; do
    key "${kind}_upper" P-256
    [ $kind = early ] && from=20900101000000Z to=20910101000000Z ||
        from=20200101000000Z to=20210101000000Z
    date_key "${kind}_upper" "/O=pgtask test/CN=$kind upper" $from $to \
        basicConstraints=critical,CA:TRUE "$SIGNS" subjectKeyIdentifier=hash
    authority "under_${kind}_upper" "${kind}_upper"
    leaf "far_under_${kind}_upper" P-256 "under_${kind}_upper"
    cat "under_${kind}_upper.pem" "${kind}_upper.pem" >"${kind}_uppers.pem"
done
key expired_root P-256
BY=self
date_key expired_root "/O=pgtask test/CN=expired root" 20200101000000Z 20210101000000Z \
    basicConstraints=critical,CA:TRUE "$SIGNS" subjectKeyIdentifier=hash
BY=
leaf under_expired_root P-256 expired_root
issue forged_middle P-256 other_root "/O=pgtask test/CN=intermediate middle" 1825 sha256 \
    basicConstraints=critical,CA:TRUE "$SIGNS"
leaf forged P-256 forged_middle
issue forged_web_middle P-256 other_root "/O=pgtask test/CN=intermediate web_middle" 1825 sha256 \
    basicConstraints=critical,CA:TRUE "$SIGNS"
authority forged_authority forged_web_middle
leaf under_forged P-256 forged_authority
cat forged_authority.pem web_middle.pem >forged_middles.pem
issue client_below P-256 middle /CN=postgres.tencentcloudapi.com 825 sha256 \
    extendedKeyUsage=clientAuth "$NAMES"

# Lengths of paths: an authority that allows one below it, and a root that allows none.
intermediate one_middle ca basicConstraints=critical,CA:TRUE,pathlen:1 "$SIGNS"
authority one_below one_middle
leaf under_one_below P-256 one_below
cat one_below.pem one_middle.pem >one_middles.pem
authority two_below one_below
leaf under_two_below P-256 two_below
cat two_below.pem one_middles.pem >two_middles.pem
issue one_below_renewed P-256 one_below "/O=pgtask test/CN=intermediate one_below" 1825 sha256 \
    basicConstraints=critical,CA:TRUE "$SIGNS"
leaf under_one_below_renewed P-256 one_below_renewed
cat one_below_renewed.pem one_middles.pem >one_renewed_middles.pem
issue open_renewed_middle P-256 middle "/O=pgtask test/CN=intermediate middle" 1826 sha256 \
    basicConstraints=critical,CA:TRUE "$SIGNS"
authority below_open_renewed open_renewed_middle
leaf far_under_open_renewed P-256 below_open_renewed
cat below_open_renewed.pem open_renewed_middle.pem middle.pem >open_renewed_middles.pem
key short_path_root P-256
openssl req -x509 -new -config /dev/null -key short_path_root.key \
    -subj "/O=pgtask test/CN=short path root" -days 3650 -sha256 -out short_path_root.pem \
    -addext basicConstraints=critical,CA:TRUE,pathlen:0 -addext keyUsage=critical,keyCertSign
leaf under_short_path_root P-256 short_path_root
authority short_path_middle short_path_root
leaf far_under_short_path_root P-256 short_path_middle
issue renewed_ca P-256 ca "/O=pgtask test/CN=root" 1825 sha256 \
    basicConstraints=critical,CA:TRUE "$SIGNS"
leaf under_renewed_ca P-256 renewed_ca

# The same authority twice; two that have certified each other, and the same with a way to the root.
cat middle.pem middle.pem >twice_middle.pem
root circle_a P-256 "/O=pgtask test/CN=circle a" 3650
authority circle_b circle_a
certify circle_a - circle_b "/O=pgtask test/CN=circle a" 1825 sha256 \
    basicConstraints=critical,CA:TRUE "$SIGNS"
cp circle_a.key circle_exit.key
certify circle_exit - ca "/O=pgtask test/CN=circle a" 1800 sha256 \
    basicConstraints=critical,CA:TRUE "$SIGNS"
leaf under_circle P-256 circle_b
cat circle_b.pem circle_a.pem >circle.pem
cat circle.pem circle_exit.pem >circle_with_exit.pem

# More critical extensions.
authority mapping_middle ca certificatePolicies=1.2.3.4.5 \
    policyMappings=critical,1.2.3.4.5:1.2.3.4.6
below under_mapping mapping_middle "$SERVICE" certificatePolicies=1.2.3.4.6
authority crl_middle ca crlDistributionPoints=critical,URI:http://example.com/ca.crl
below under_crl crl_middle "$SERVICE" crlDistributionPoints=critical,URI:http://example.com/ca.crl

# A root whose PEM lacks a character, and a good one behind a byte-order mark.
{
    sed '3s/.//' other_root.pem
    printf '\357\273\277'
    cat ca.pem
} >damaged_and_ca.pem

# Extensions that stand twice, are malformed, or are many.
authority two_constraints_middle ca "nameConstraints=permitted;DNS:tencentcloudapi.com" \
    2.5.29.99=DER:30:06:a1:04:30:02:82:00
alter two_constraints_middle ca 's/\x55\x1d\x63/\x55\x1d\x1e/'
below under_two_constraints two_constraints_middle "$SERVICE"
authority twin_middle ca 1.2.3.4.5.6=ASN1:NULL 1.2.3.4.5.7=ASN1:NULL
alter twin_middle ca 's/\x2a\x03\x04\x05\x07/\x2a\x03\x04\x05\x06/'
below under_twin twin_middle "$SERVICE"
below twin ca "$SERVICE" 1.2.3.4.5.6=ASN1:NULL 1.2.3.4.5.7=ASN1:NULL
alter twin ca 's/\x2a\x03\x04\x05\x07/\x2a\x03\x04\x05\x06/'
# openssl issues nothing by a malformed certificate, so these become malformed when they have issued.
for kind in crl:1f plain_crl:1f constraint:1e mapping:21 rule:24 any:36; do
    bad=bad_${kind%:*}
    value=critical,DER:05:00
    [ $bad != bad_plain_crl ] || value=DER:05:00
    authority "${bad}_middle" ca "2.5.29.99=$value"
    below "under_$bad" "${bad}_middle" "$SERVICE"
    alter "${bad}_middle" ca "s/\\x55\\x1d\\x63/\\x55\\x1d\\x${kind#*:}/"
done
extensions() {
    i=1
    while [ $i -le "$1" ]; do
        echo "1.2.3.4.$i=ASN1:NULL"
        i=$((i + 1))
    done
}
below many_extensions ca "$SERVICE" $(extensions 27)
below too_many_extensions ca "$SERVICE" $(extensions 28)

# Another key for the name of `middle`, as after a key rollover; and a leaf that tells no such key.
issue rolled_middle P-256 ca "/O=pgtask test/CN=intermediate middle" 1826 sha256 \
    basicConstraints=critical,CA:TRUE "$SIGNS"
below under_rolled rolled_middle "$SERVICE"
cat middle.pem rolled_middle.pem >old_and_rolled.pem
cat rolled_middle.pem middle.pem >rolled_and_old.pem
ISSUER_ID=none
below other_key_id middle "$SERVICE" 2.5.29.35=DER:30:06:80:04:01:02:03:04
ISSUER_ID=keyid

# The service's own chain.
. "$script/service_chains.sh"
finish
