# SPDX-License-Identifier: MIT
# What firmware there is: one row for each profile, each board and each image. No other list names
# them; port/build/image.mk turns the rows into rules.
#
# A new board needs a folder in port/board/ and a row here: see port/README.md.

# Options of the library are explained in include/pgtask/config.h, those of TLS in
# port/mbedtls/pgtask_mbedtls_config.h, those of lwIP in port/lwip/lwipopts.h.

# A device that needs neither a proxy nor a second endpoint pays nothing for them.
DIRECT := -DPGTASK_PROXY=0 -DPGTASK_FALLBACK_ENDPOINT=0
# Every profile without TLS 1.3 has these options. The raw texts of a task take 1 byte each, because
# the firmware never shows them. A handshake must give way to the LED: mbedTLS cannot interrupt X25519,
# so that is left out, and ECDSA pauses after every 120 operations. MEM_SIZE is lwIP's heap.
LEAN := -DPGTASK_TLS13=0 -DPGTASK_TLS_X25519=0 -DPGTASK_ALL_STEPS_BYTES=1 -DPGTASK_INPUT_BYTES=1 \
    -DPGTASK_OUTPUT_BYTES=1 -DPGTASK_WATCH_TASKS=4 -DMEM_SIZE=2048 \
    -DPGTASK_ECP_MAX_OPS=120
# The profiles for one root and chains of P-256 have these options. They are for the least RAM, so
# every buffer is small too, and errors have no sentences.
P256 := $(LEAN) -DPGTASK_TLS_RSA=0 -DPGTASK_TLS_P384=0 -DPGTASK_LWIP_WINDOW_SEGMENTS=2 \
    -DPGTASK_ERROR_TEXTS=0 -DPGTASK_SEEN_TASKS=20 -DPGTASK_STEPS=4 -DPGTASK_RESTORE_OBJECTS=2 \
    -DPGTASK_SESSION_BYTES=640 -DPGTASK_BUFFER_BYTES=1024 -DPGTASK_MESSAGE_BYTES=64 \
    -DPGTASK_ERROR_MESSAGE_BYTES=128 -DPGTASK_JSON_WINDOW_BYTES=384 \
    -DPGTASK_DETAIL_WINDOW_BYTES=128
# The profiles for any public chain without TLS 1.3 have these options.
TLS12 := $(LEAN) -DPGTASK_LWIP_WINDOW_SEGMENTS=3 -DPGTASK_ARENA_BYTES=38720 -DPGTASK_SESSION_BYTES=768
# Even at -Os, gcc 12 enlarges code for speed: it copies paths, and keeps values in registers beyond
# their use. These options stop it. All code but mbedTLS is compiled with them; mbedTLS only in the
# profile compact, because its arithmetic decides how long the LED waits in a handshake.
SMALLEST := -fno-thread-jumps -fno-move-loop-invariants -fno-schedule-insns2 -fno-if-conversion \
    -fno-tree-fre -fno-tree-dominator-opts

# A profile says what a connection may do and cost. Flash, RAM and stack are budgets in bytes (K is
# 1,024): an image that exceeds flash or RAM does not link. PGTASK_ARENA_BYTES is mbedTLS's memory:
# it suffices for the chain of the public service, whichever of its roots the device has, and has
# 3 % to spare (tests/firmware/test_service_chain.py); in the profiles *-p256, for a P-256 root.
#   tls13       TLS 1.2 and 1.3, records of any size
#   tls12       TLS 1.2 only: its handshake has the shortest steps (see <pgtask/tls.h>)
#   proxy       tls12 that can go through a proxy, and to a second endpoint
#   compact     tls12 with the least flash: it is optimized as a whole (-flto), has no sentences for
#               errors, no RSA-PSS and no self-measurement
#
# The profiles private-* do not reach the public service, whose chain they cannot take. They are for
# a gateway of your own with a chain of your own:
#   private-small        tls12 with records of 4,096 bytes, for a gateway that heeds the extension
#                        max_fragment_length (RFC 6066, 4) and whose chain is shorter than a record
#   private-p256         tls12 for one root and chains of P-256
#   private-small-p256   both
#
#                              flash   RAM  stack  options
profile.tls13              := 164000  96K  5120   $(DIRECT) -DPGTASK_TLS13=1 -DPGTASK_ARENA_BYTES=55296
profile.tls12              := 130100  64K  3072   $(DIRECT) $(TLS12)
profile.proxy              := 131000  64K  3072   $(TLS12)
profile.compact            := 114000  64K  3072   $(DIRECT) $(TLS12) -DPGTASK_ERROR_TEXTS=0 -DPGTASK_TLS_PSS=0 \
                                                  -DPGTASK_TLS_MEASURE=0 -DPGTASK_LWIP_MEASURE=0 \
                                                  $(SMALLEST) -flto \
                                                  -fno-inline-small-functions -fno-tree-loop-im
profile.private-small      := 130100  52K  3072   $(DIRECT) $(LEAN) -DPGTASK_LWIP_WINDOW_SEGMENTS=2 \
                                                  -DPGTASK_TLS_RECORD=4096 -DPGTASK_ARENA_BYTES=26624
profile.private-p256       := 115000  48K  3072   $(DIRECT) $(P256) -DPGTASK_ARENA_BYTES=27136
profile.private-small-p256 := 115000  40K  3072   $(DIRECT) $(P256) -DPGTASK_TLS_RECORD=4096 \
                                                  -DPGTASK_ARENA_BYTES=15360

# A board is a folder of port/board/, compiled for a processor.
#
#                       folder    processor  options
board.mps2-an385     := mps2      cortex-m3
board.mps2-an386     := mps2      cortex-m4
board.mps2-an500     := mps2      cortex-m7  -DMPS2_AN500
board.lm3s6965evb    := lm3s6965  cortex-m3

# An image is a board with a profile. The first ones reach the public service.
#
#                                      board        profile
image.mps2-an385                    := mps2-an385   tls13
image.mps2-an386                    := mps2-an386   tls13
image.mps2-an500                    := mps2-an500   tls13
image.mps2-an385-tls12              := mps2-an385   tls12
image.mps2-an385-proxy              := mps2-an385   proxy
image.lm3s6965evb                   := lm3s6965evb  tls12
image.mps2-an385-compact            := mps2-an385   compact
image.mps2-an385-private-small      := mps2-an385   private-small
image.mps2-an385-private-p256       := mps2-an385   private-p256
image.mps2-an385-private-small-p256 := mps2-an385   private-small-p256
