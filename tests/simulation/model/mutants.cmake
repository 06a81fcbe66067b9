# Defects that the model check must find. Each mutants/NAME.patch says in words what it breaks, which rule finds it and with which
# arguments; it is applied to a copy of one file of the controller. A checker that finds nothing is not a checker.
find_program(PATCH patch REQUIRED)
file(GLOB patches CONFIGURE_DEPENDS mutants/*.patch)
foreach(patch_file ${patches})
  get_filename_component(name ${patch_file} NAME_WE)
  file(STRINGS ${patch_file} target REGEX "^\\+\\+\\+ b/")
  string(REGEX REPLACE "^\\+\\+\\+ b/([^ \t]*).*" "\\1" target "${target}")
  file(STRINGS ${patch_file} rule REGEX "^Finds: ")
  string(REPLACE "Finds: " "" rule "${rule}")
  file(STRINGS ${patch_file} arguments REGEX "^Arguments: ")
  string(REPLACE "Arguments: " "" arguments "${arguments}")
  separate_arguments(arguments UNIX_COMMAND "${arguments}")
  set(mutated ${CMAKE_CURRENT_BINARY_DIR}/mutants/${name}.cpp)
  add_custom_command(OUTPUT ${mutated}
    COMMAND ${PATCH} --quiet --fuzz=0 -o ${mutated} ${PROJECT_SOURCE_DIR}/${target} ${patch_file}
    DEPENDS ${PROJECT_SOURCE_DIR}/${target} ${patch_file} COMMENT "Mutant ${name}" VERBATIM)
  # The mutated file comes before the library, which then does not add its own.
  add_executable(model-mutant-${name} ${mutated} $<TARGET_OBJECTS:understudy_model_check>)
  target_link_libraries(model-mutant-${name} PRIVATE understudy::core understudy_warnings)
  add_test(NAME model_check_finds_${name} COMMAND model-mutant-${name} --quiet --until "${rule}" ${arguments})
  set_tests_properties(model_check_finds_${name} PROPERTIES PASS_REGULAR_EXPRESSION "VIOLATION of \"${rule}\"")
endforeach()
