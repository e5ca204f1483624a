# SPDX-License-Identifier: MIT
# Runs the CMakeLists.txt of a Zephyr module or an ESP-IDF component with stubs of their functions,
# and prints what it asks for, one word a line: KIND value.
#
#   cmake -DLIST=CMakeLists.txt [-DCONFIG_NAME=VALUE]... -P describe.cmake

function(tell kind)
  foreach(value IN LISTS ARGN)
    message("${kind} ${value}")
  endforeach()
endfunction()

# Zephyr
function(zephyr_library_named name)
  tell(library ${name})
endfunction()
function(zephyr_library_sources)
  tell(source ${ARGN})
endfunction()
function(zephyr_library_include_directories)
  tell(include ${ARGN})
endfunction()
function(zephyr_include_directories)
  tell(include ${ARGN})
endfunction()
function(zephyr_compile_definitions)
  tell(define ${ARGN})
endfunction()
function(zephyr_library_link_libraries)
  tell(link ${ARGN})
endfunction()

# ESP-IDF
function(idf_component_register)
  cmake_parse_arguments(part "" "" "SRCS;INCLUDE_DIRS;PRIV_INCLUDE_DIRS;REQUIRES;PRIV_REQUIRES" ${ARGN})
  if(part_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "idf_component_register does not know ${part_UNPARSED_ARGUMENTS}")
  endif()
  tell(library pgtask)
  tell(source ${part_SRCS})
  tell(include ${part_INCLUDE_DIRS} ${part_PRIV_INCLUDE_DIRS})
  tell(link ${part_REQUIRES} ${part_PRIV_REQUIRES})
endfunction()
function(target_compile_definitions library scope)
  tell(define ${ARGN})
endfunction()
set(COMPONENT_LIB pgtask)

include(${LIST})
