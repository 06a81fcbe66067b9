# Install, export and pkg-config of the SDK: `cmake --install BUILD --component sdk`, then find_package(understudy) or
# `pkg-config understudy`. Only sdk/include/ is installed; everything else is ours to change.
include(CMakePackageConfigHelpers)

set(UNDERSTUDY_INSTALLED understudy_core understudy_container)
if(NOT UNDERSTUDY_CORE_ONLY)
  list(APPEND UNDERSTUDY_INSTALLED understudy_net understudy_media understudy_player)
endif()
if(TARGET understudy_capi)
  list(APPEND UNDERSTUDY_INSTALLED understudy_capi)
endif()

set(UNDERSTUDY_CMAKE_DIR ${CMAKE_INSTALL_LIBDIR}/cmake/understudy)
install(TARGETS ${UNDERSTUDY_INSTALLED} EXPORT understudyTargets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT sdk)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/sdk/include/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT sdk FILES_MATCHING PATTERN "*.h")
install(EXPORT understudyTargets NAMESPACE understudy:: DESTINATION ${UNDERSTUDY_CMAKE_DIR} COMPONENT sdk)
configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/understudyConfig.cmake.in ${PROJECT_BINARY_DIR}/understudyConfig.cmake
                              INSTALL_DESTINATION ${UNDERSTUDY_CMAKE_DIR})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/understudyConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/understudyConfig.cmake ${PROJECT_BINARY_DIR}/understudyConfigVersion.cmake
        DESTINATION ${UNDERSTUDY_CMAKE_DIR} COMPONENT sdk)

if(NOT UNDERSTUDY_CORE_ONLY)
  # Dependents first. The prefix is found from where the file lies, so an installed tree can be moved.
  set(UNDERSTUDY_PC_LIBS "-lunderstudy_player -lunderstudy_media -lunderstudy_container -lunderstudy_net -lunderstudy_core")
  if(TARGET understudy_capi)
    string(PREPEND UNDERSTUDY_PC_LIBS "-lunderstudy_capi ")
  endif()
  file(RELATIVE_PATH UNDERSTUDY_PC_PREFIX /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
  configure_file(${CMAKE_CURRENT_LIST_DIR}/understudy.pc.in ${PROJECT_BINARY_DIR}/understudy.pc @ONLY)
  install(FILES ${PROJECT_BINARY_DIR}/understudy.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT sdk)
endif()
