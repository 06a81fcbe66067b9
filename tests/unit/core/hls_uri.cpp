#include "core/hls/playlist.h"
#include "support/catch.h"

using understudy::hls::resolve_uri;

TEST_CASE("references resolve as the examples of RFC 3986 5.4 say") {
  struct Example {
    const char* reference;
    const char* target;
  };
  for (const auto& example : {
           Example{"g:h", "g:h"},
           {"g", "http://a/b/c/g"},
           {"./g", "http://a/b/c/g"},
           {"g/", "http://a/b/c/g/"},
           {"/g", "http://a/g"},
           {"//g", "http://g"},
           {"?y", "http://a/b/c/d;p?y"},
           {"g?y", "http://a/b/c/g?y"},
           {"#s", "http://a/b/c/d;p?q#s"},
           {"g#s", "http://a/b/c/g#s"},
           {"g?y#s", "http://a/b/c/g?y#s"},
           {";x", "http://a/b/c/;x"},
           {"g;x", "http://a/b/c/g;x"},
           {"g;x?y#s", "http://a/b/c/g;x?y#s"},
           {"", "http://a/b/c/d;p?q"},
           {".", "http://a/b/c/"},
           {"./", "http://a/b/c/"},
           {"..", "http://a/b/"},
           {"../", "http://a/b/"},
           {"../g", "http://a/b/g"},
           {"../..", "http://a/"},
           {"../../", "http://a/"},
           {"../../g", "http://a/g"},
           {"../../../g", "http://a/g"},
           {"../../../../g", "http://a/g"},
           {"/./g", "http://a/g"},
           {"/../g", "http://a/g"},
           {"g.", "http://a/b/c/g."},
           {".g", "http://a/b/c/.g"},
           {"g..", "http://a/b/c/g.."},
           {"..g", "http://a/b/c/..g"},
           {"./../g", "http://a/b/g"},
           {"./g/.", "http://a/b/c/g/"},
           {"g/./h", "http://a/b/c/g/h"},
           {"g/../h", "http://a/b/c/h"},
           {"g;x=1/./y", "http://a/b/c/g;x=1/y"},
           {"g;x=1/../y", "http://a/b/c/y"},
           {"g?y/./x", "http://a/b/c/g?y/./x"},
           {"g?y/../x", "http://a/b/c/g?y/../x"},
           {"g#s/../x", "http://a/b/c/g#s/../x"},
           {"http:g", "http:g"},
       }) {
    INFO(example.reference);
    CHECK(resolve_uri("http://a/b/c/d;p?q", example.reference) == example.target);
  }
}

TEST_CASE("a base without a path, and slashes in its query, resolve too") {
  CHECK(resolve_uri("https://host", "seg.ts") == "https://host/seg.ts");
  CHECK(resolve_uri("https://host?x=/y/z", "seg.ts") == "https://host/seg.ts");
  CHECK(resolve_uri("https://host/a/b.m3u8?x=/y/z", "c.ts") == "https://host/a/c.ts");
  CHECK(resolve_uri("https://host/a//b.m3u8", "../c.ts") == "https://host/a/c.ts");
  CHECK(resolve_uri("https://host/a/b.m3u8", "12:30.ts") == "https://host/a/12:30.ts");
}

TEST_CASE("only what begins with a letter and has no odd character is a scheme") {
  for (const char* absolute : {"h2+x-y.z:p", "HTTP://h/p", "a0:p", "Z9:p", "zz:p"}) {
    INFO(absolute);
    CHECK(resolve_uri("http://h/a/b", absolute) == absolute);
  }
  // Anything else with a colon is a path (RFC 3986 4.2 would have it written "./12:30.ts").
  for (const char* path : {"12:30.ts", "_x:y", "a_b:c", "a~:c", "{a:b", "a@b:c", "a`:c", "a[b:c"}) {
    INFO(path);
    CHECK(resolve_uri("http://h/a/b", path) == "http://h/a/" + std::string(path));
  }
  CHECK(resolve_uri("http://h/a/b", ":30.ts") == "http://h/a/:30.ts");
}
