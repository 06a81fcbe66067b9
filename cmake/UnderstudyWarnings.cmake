# The one interface target that carries warnings and sanitizers; link it PRIVATE to every target of ours.
add_library(understudy_warnings INTERFACE)
target_compile_options(understudy_warnings INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wno-missing-field-initializers
                       $<$<COMPILE_LANGUAGE:CXX>:-Wnon-virtual-dtor -Woverloaded-virtual>)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # GCC 12 takes the empty half of a moved std::variant or std::optional for uninitialized (GCC bug 105562 and kin).
  target_compile_options(understudy_warnings INTERFACE -Wno-maybe-uninitialized)
endif()
if(UNDERSTUDY_WERROR)
  target_compile_options(understudy_warnings INTERFACE -Werror)
endif()
if(UNDERSTUDY_SANITIZE)
  target_compile_options(understudy_warnings INTERFACE -fsanitize=${UNDERSTUDY_SANITIZE} -fno-omit-frame-pointer
                         -fno-sanitize-recover=all)
  target_link_options(understudy_warnings INTERFACE -fsanitize=${UNDERSTUDY_SANITIZE})
  # What lies within a vector's capacity, or behind an empty optional, no sanitizer sees.
  target_compile_definitions(understudy_warnings INTERFACE _GLIBCXX_ASSERTIONS)
  if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    # Clang's check of indirect calls cannot be assembled for a coroutine that is split up.
    target_compile_options(understudy_warnings INTERFACE -fno-sanitize=function)
  endif()
endif()
