# understudy_module(name [sources…]): a static library understudy_<name> with the alias understudy::<name>,
# the public include folder and this tree's sdk/ on its path.
function(understudy_module name)
  add_library(understudy_${name} STATIC ${ARGN})
  add_library(understudy::${name} ALIAS understudy_${name})
  set_target_properties(understudy_${name} PROPERTIES EXPORT_NAME ${name})
  target_include_directories(understudy_${name}
    PUBLIC $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/sdk/include> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>
           $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/sdk>)
  target_compile_features(understudy_${name} PUBLIC cxx_std_20)
  target_link_libraries(understudy_${name} PRIVATE $<BUILD_INTERFACE:understudy_warnings>)
endfunction()
