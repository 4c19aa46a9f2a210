# Writes data files into a C file: cmake -DOUTPUT=FILE -DPROFILES=a;b -DSCHEMA=FILE -P embed.cmake
function(embed text file)
  file(READ ${file} json)
  string(REGEX REPLACE "\n *" "" json "${json}") # line breaks of JSON stand between its words only
  string(HEX "${json}" hex)
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
  set(${text} "${bytes}0" PARENT_SCOPE)
endfunction()

set(code "/* Made by cmake/embed.cmake. */\n#include \"profile.h\"\n\n")
set(rows "")
set(number 0)
foreach(file IN LISTS PROFILES)
  embed(bytes ${file})
  get_filename_component(name ${file} NAME)
  string(APPEND code "static const char profile_${number}[] = {${bytes}};\n")
  string(APPEND rows "    {\"${name}\", profile_${number}, sizeof profile_${number} - 1},\n")
  math(EXPR number "${number} + 1")
endforeach()
embed(bytes ${SCHEMA})
string(APPEND code "static const char schema[] = {${bytes}};\n\n"
  "const struct hc_profile_text hc_profile_texts[] = {\n${rows}};\n"
  "const size_t hc_profile_text_count = sizeof hc_profile_texts / sizeof *hc_profile_texts;\n"
  "const struct hc_profile_text hc_schema_text = {\"schema.json\", schema, sizeof schema - 1};\n")
file(WRITE ${OUTPUT} "${code}")
