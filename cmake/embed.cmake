# Writes JSON files into a C file: cmake -DOUTPUT=FILE -DSCHEMA=FILE -DDIFF_SCHEMA=FILE -P embed.cmake
function(embed text file)
  file(READ ${file} json)
  string(REGEX REPLACE "\n *" "" json "${json}") # line breaks of JSON stand between its words only
  string(HEX "${json}" hex)
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
  set(${text} "${bytes}0" PARENT_SCOPE)
endfunction()

embed(schema ${SCHEMA})
embed(diff_schema ${DIFF_SCHEMA})
file(WRITE ${OUTPUT} "/* Made by cmake/embed.cmake. */\n#include \"schema.h\"\n\n"
  "static const char schema[] = {${schema}};\n"
  "static const char diff_schema[] = {${diff_schema}};\n\n"
  "const struct hc_text hc_schema_text = {schema, sizeof schema - 1};\n"
  "const struct hc_text hc_diff_schema_text = {diff_schema, sizeof diff_schema - 1};\n")
