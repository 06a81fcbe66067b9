// What the page's side must do for the fetch client: a link-time seam. In the browser a JavaScript library implements
// the imports on fetch() with streaming bodies and AbortController; tests implement them in C++.
//
// All imports return at once. What comes of a request is told through the exports below, from the event loop and never
// from within an import, until on_fetch_done or understudy_fetch_abort; what comes later is ignored.
#pragma once

#include <cstdint>

extern "C" {

/// `headers`: lines "name: value\n". `first`, `last`: byte range; first < 0: none, last < 0: to the end.
void understudy_fetch_start(int id, const char* url, const char* headers, double first, double last);
void understudy_fetch_abort(int id);
/// Milliseconds since the Unix epoch; NaN where the text is no date.
double understudy_parse_date(const char* text);

/// `head`: a status line and header lines as on the wire; `final_url`: after redirects.
void understudy_on_fetch_head(int id, const char* head, const char* final_url);
/// The bytes are copied by the callee.
void understudy_on_fetch_body(int id, const std::uint8_t* bytes, int size);
/// `failed`: fetch() or its body was rejected, with this message; else the body is complete.
void understudy_on_fetch_done(int id, int failed, const char* message);
}
