# SPDX-License-Identifier: MIT
"""A simulated DescribeTasks service (TencentDB for PostgreSQL), independent of the C code."""
