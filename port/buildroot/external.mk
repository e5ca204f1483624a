# SPDX-License-Identifier: MIT
include $(sort $(wildcard $(BR2_EXTERNAL_PGTASK_PATH)/package/*/*.mk))
