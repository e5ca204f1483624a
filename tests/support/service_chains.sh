# SPDX-License-Identifier: MIT
# Chains of the shape that the public service has had since 2025. make_certs.sh reads this file.
#
#   service_20, _60, _100, _200        leaf RSA-2048 with so many names; service_400 has too many
#     service_middle_4096              its intermediate, RSA-4096
#       service_g2                     a root, RSA-2048, self-signed with SHA-256
#       service_g2_crossed             the same root, issued by the older root service_g1
#         service_g1                   RSA-2048, self-signed with SHA-1
#   service_20_2048, ..., _200_2048    the same leaves below service_middle_2048, RSA-2048
#   service_renewed                    service_100 a year later: a new key, and 101 names
#   service_g1_expired                 service_g1 after its end
#   service_g2_impostor                a root with the name of service_g2 and another key
#
# A server sends leaf, intermediate and service_g2_crossed. Names of persons and serial numbers have
# the lengths of the real ones, and each leaf has what authorities add: where to ask for revocations,
# policies, and timestamps of three logs. So a message has the same length whenever it is made.

AUTHORITY="/C=US/O=Examples Inc/OU=www.examples.com/CN=Examples Global Root"
OWNER="/C=CN/ST=Guangdong Province/L=Shenzhen/O=Example Technology (Shenzhen) Company Limited/CN=tencentcloudapi.com"
REVOCATIONS="authorityInfoAccess=OCSP;URI:http://ocsp.examples.com,caIssuers;URI:http://cacerts.examples.com/ExamplesGlobalRootG2.crt"
LISTS="crlDistributionPoints=URI:http://crl3.examples.com/ExamplesGlobalRootG2.crl,URI:http://crl4.examples.com/ExamplesGlobalRootG2.crl"
# Three signed timestamps of 119 bytes (RFC 6962, 3.3), each with its length. Nobody reads them here.
TIMESTAMPS="1.3.6.1.4.1.11129.2.4.2=DER:0482016b0169$(printf '0077%0238d' 0 0 0)"

# service_names COUNT: so many names; those of the tests' hosts are the first four
service_names() {
    printf '%s' "$SERVER_NAMES"
    i=4
    while [ "$i" -lt "$1" ]; do
        printf ',DNS:*.ai.region-%02d.tencentcloudapi.%s' $((i / 3)) "$(echo com com.cn cn | cut -d' ' -f$((i % 3 + 1)))"
        i=$((i + 1))
    done
}

# service_leaf NAME MIDDLE COUNT: for the key NAME.key
service_leaf() {
    certify "$1" - "$2" "$OWNER" 397 sha256 basicConstraints=critical,CA:FALSE \
        keyUsage=critical,digitalSignature,keyEncipherment extendedKeyUsage=serverAuth,clientAuth \
        "$REVOCATIONS" "$LISTS" "certificatePolicies=2.23.140.1.2.2" "$TIMESTAMPS" \
        "subjectAltName=$(service_names "$3")"
}

# service_authority NAME ISSUER SUBJECT EXTENSION...: for the key NAME.key
service_authority() {
    name=$1 by=$2 subject=$3
    shift 3
    certify "$name" - "$by" "$subject" 3650 sha256 basicConstraints=critical,CA:TRUE,pathlen:0 \
        keyUsage=critical,digitalSignature,keyCertSign,cRLSign \
        extendedKeyUsage=serverAuth,clientAuth "$REVOCATIONS" "$LISTS" \
        "certificatePolicies=2.23.140.1.1,2.23.140.1.2.1,2.23.140.1.2.2,2.23.140.1.2.3"
}

key service_g1 2048
self_sign service_g1 "$AUTHORITY CA" 3650 sha1
key service_g2 2048
self_sign service_g2 "$AUTHORITY G2" 3650 sha256
cp service_g2.key service_g2_crossed.key
certify service_g2_crossed - service_g1 "$AUTHORITY G2" 3650 sha256 basicConstraints=critical,CA:TRUE \
    keyUsage=critical,digitalSignature,keyCertSign,cRLSign extendedKeyUsage=serverAuth,clientAuth \
    "$REVOCATIONS" "$LISTS" "certificatePolicies=2.23.140.1.1,2.23.140.1.2.1,2.23.140.1.2.2"
root service_g2_impostor 2048 "$AUTHORITY G2" 3650
cp service_g1.key service_g1_expired.key
# `openssl x509` signs anew with dates of its own: this root has ended. OpenSSL 3.5 takes no days
# below zero, and 3.0 has no -not_after.
ended="-days -1"
! openssl x509 -help 2>&1 | grep -q not_after || ended="-not_before 20200101000000Z -not_after 20210101000000Z"
openssl x509 -in service_g1.pem -signkey service_g1.key -sha1 $ended -out service_g1_expired.pem 2>/dev/null

key service_middle_4096 4096
service_authority service_middle_4096 service_g2 \
    "/C=US/O=Examples, Inc./CN=Examples Secure Site OV G2 TLS CN RSA4096 SHA256 2022 CA1"
key service_middle_2048 2048
service_authority service_middle_2048 service_g2 \
    "/C=US/O=Examples, Inc./CN=Examples Secure Site OV G2 TLS CN RSA2048 SHA256 2026 CA1"

key service_20 2048
for count in 20 60 100 200; do
    [ "$count" = 20 ] || cp service_20.key "service_$count.key"
    cp service_20.key "service_${count}_2048.key"
    service_leaf "service_$count" service_middle_4096 "$count"
    service_leaf "service_${count}_2048" service_middle_2048 "$count"
done
cp service_20.key service_400.key
service_leaf service_400 service_middle_4096 400
key service_renewed 2048
service_leaf service_renewed service_middle_4096 101

# What a client trusts: both roots, or the older one after its end beside the newer one.
cat service_g2.pem service_g1.pem >service_roots.pem
cat service_g1_expired.pem service_g2.pem >service_roots_g1_expired.pem
