// Draws on memory; UNDERSTUDY_KEEP=1 leaves the pictures in the temporary folder to look at.
#include "screen.h"

#include <SDL_image.h>

#include <cstring>
#include <set>

#include "image_size.h"
#include "observers/filmstrip.h"
#include "observers/snapshot.h"
#include "pictures.h"
#include "poster.h"
#include "support/catch.h"
#include "view.h"

using namespace understudy;
using namespace understudy::desktop;
using namespace understudy::test;

namespace {

constexpr Instant kStart{from_ms(1000)};

Uint32 pixel(SDL_Surface* surface, int x, int y) {
  const auto* row = static_cast<const std::uint8_t*>(surface->pixels) + static_cast<std::ptrdiff_t>(y) * surface->pitch;
  return reinterpret_cast<const Uint32*>(row)[x] & 0xffffff;
}

std::size_t colors(SDL_Surface* surface) {
  std::set<Uint32> seen;
  for (int y = 0; y < surface->h; ++y) {
    for (int x = 0; x < surface->w; ++x) seen.insert(pixel(surface, x, y));
  }
  return seen.size();
}

std::string png_of(int width, int height) {
  const TempFile file("poster.png");
  const SurfacePtr surface(SDL_CreateRGBSurfaceWithFormat(0, width, height, 32, SDL_PIXELFORMAT_ARGB8888));
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      auto* row = static_cast<std::uint8_t*>(surface->pixels) + static_cast<std::ptrdiff_t>(y) * surface->pitch;
      reinterpret_cast<Uint32*>(row)[x] = SDL_MapRGB(surface->format, static_cast<Uint8>(40 + 180 * x / width),
                                                     static_cast<Uint8>(60 + 90 * y / height), 150);
    }
  }
  IMG_SavePNG(surface.get(), file.path().c_str());
  return file.read();
}

Card make_card(Card::Kind kind, std::string announcement = {}, std::string detail = {}) {
  return Card{kind, std::move(announcement), nullptr, std::move(detail)};
}

OverlayView make_overlay() {
  OverlayView view;
  view.stats.state = PlayerState::playing;
  view.stats.on_air = SourceId{1};
  view.stats.sources = {{SourceId{0}, "ch-a", SourceState::unhealthy},
                        {SourceId{1}, "ch-b", SourceState::active},
                        {SourceId{2}, "ch-c", SourceState::cold}};
  view.stats.buffer_ms = 5210;
  view.stats.live_offset_ms = 6480;
  view.stats.frames_presented = 1234;
  view.stats.width = 1280;
  view.stats.height = 720;
  view.stats.video_codec = "h264";
  view.stats.audio_codec = "aac";
  view.bits_per_second = 2'430'000;
  view.switches = {"12.3 s  ch-a → ch-b  connect_failed, gap 0 ms, 0 lost, 0 repeated"};
  for (int i = 0; i < 30; ++i) view.events.push_back("   12.345 s  switched  ch-a → ch-b  reason=connect_failed");
  return view;
}

}  // namespace

TEST_CASE("every card is drawn, at every size") {
  Fonts fonts;
  const Card::Kind kinds[] = {Card::Kind::joining, Card::Kind::pre_live, Card::Kind::stopped, Card::Kind::offline,
                              Card::Kind::error};
  const std::pair<int, int> sizes[] = {{1280, 720}, {240, 135}, {320, 900}, {64, 16}};
  for (const Card::Kind kind : kinds) {
    for (const auto& size : sizes) {
      OffscreenScreen screen(fonts, size.first, size.second);
      REQUIRE(screen.usable());
      ScreenContent content;
      content.card = kind;
      content.channel = "ch-a";
      if (kind == Card::Kind::error) content.detail = "The service does not know the channel “ch-x” (404).";
      SDL_Surface* drawn = screen.draw(content);
      CHECK(colors(drawn) > (fonts.available() && size.second > 100 ? 60u : 3u));
      if (size.first == 1280) {
        const TempFile file("card-" + std::to_string(static_cast<int>(kind)) + ".png");
        CHECK(IMG_SavePNG(drawn, file.path().c_str()) == 0);
      }
    }
  }
}

TEST_CASE("a card of an ended stream does not announce that it has not started yet") {
  Fonts fonts;
  OffscreenScreen with(fonts, 640, 360);
  OffscreenScreen without(fonts, 640, 360);
  ScreenContent content;
  content.card = Card::Kind::stopped;
  const SDL_Surface* plain = without.draw(content);
  content.announcement = "Channel A has not started yet.";
  const SDL_Surface* announced = with.draw(content);
  const auto bytes = static_cast<std::size_t>(plain->pitch) * static_cast<std::size_t>(plain->h);
  CHECK(std::memcmp(plain->pixels, announced->pixels, bytes) == 0);
}

TEST_CASE("a poster fills the card and the announcement stands on it") {
  Fonts fonts;
  OffscreenScreen screen(fonts, 1280, 720);
  View view("ch-a", 100, false, false);
  Card card = make_card(Card::Kind::pre_live,
                        "We start at 20:00. Grab a drink, invite your friends and stay tuned: the doors open soon.");
  card.poster = std::make_shared<const std::string>(png_of(640, 640));
  CHECK_FALSE(view.update(card, PlayerState::pre_live, false, kStart));
  SDL_Surface* drawn = screen.draw(view.content(kStart));
  CHECK(pixel(drawn, 1200, 20) != pixel(drawn, 80, 20));
  const TempFile file("poster-card.png");
  CHECK(IMG_SavePNG(drawn, file.path().c_str()) == 0);
}

TEST_CASE("a poster that is no image is a typed error, told once, and the card shows its text") {
  Fonts fonts;
  OffscreenScreen screen(fonts, 640, 360);
  View view("ch-a", 100, false, false);
  Card card = make_card(Card::Kind::pre_live, "Soon");
  card.poster = std::make_shared<const std::string>("<svg/>");
  const auto problem = view.update(card, PlayerState::pre_live, false, kStart);
  REQUIRE(problem);
  CHECK(problem->code == ErrorCode::bad_image);
  CHECK_FALSE(view.update(card, PlayerState::pre_live, false, kStart));
  CHECK(view.content(kStart).announcement == "Soon");
  CHECK(colors(screen.draw(view.content(kStart))) > 60);
}

TEST_CASE("images out of bounds are refused before they are decoded") {
  std::string bomb = png_of(8, 8);
  for (const std::size_t at : {16u, 20u}) bomb.replace(at, 4, std::string("\x00\x00\x7f\xff", 4));
  CHECK(decode_poster(bomb).error().code == ErrorCode::limit_exceeded);
  bomb.replace(16, 4, std::string(4, '\xff'));
  CHECK(decode_poster(bomb).error().code == ErrorCode::bad_image);
  CHECK(decode_poster(std::string((8u << 20) + 1, 'x')).error().code == ErrorCode::limit_exceeded);
  CHECK(decode_poster("").error().code == ErrorCode::bad_image);
  const std::string good = png_of(32, 32);
  CHECK(decode_poster(good));
  CHECK(decode_poster(good.substr(0, good.size() / 2)).error().code == ErrorCode::bad_image);
}

TEST_CASE("a PNG whose chunks claim to be longer than it is does not reach the decoder") {
  std::string image = png_of(8, 8);
  const std::size_t data = image.find("IDAT");
  image.replace(data - 4, 4, std::string("\x49\x49\x49\x49", 4));  // minutes of reading nothing, once
  CHECK(decode_poster(image).error().code == ErrorCode::bad_image);
}

TEST_CASE("an image is decoded as what it was measured, whatever else is in it") {
  const std::string header = "\xff\xd8\xff\xc0\x01\x01\x08\x01\x01\x01\x01";  // of a JPEG, 257 × 257
  const std::string drawing = R"(<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64"><rect width="64" height="64"/></svg>)";
  CHECK(decode_poster(header + drawing).error().code == ErrorCode::bad_image);
}

TEST_CASE("a truncated or endless JPEG header has no size") {
  const auto size_of = [](std::vector<std::uint8_t> bytes) { return image_size(bytes); };
  CHECK_FALSE(size_of({0xff, 0xd8, 0xff}));
  CHECK_FALSE(size_of({0xff, 0xd8, 0xff, 0xe0, 0x00, 0x00, 0xff, 0xe0, 0x00, 0x00}));
  CHECK_FALSE(size_of({0xff, 0xd8, 0xff, 0xe0, 0xff, 0xff, 0x00}));
  CHECK_FALSE(size_of({0xff, 0xd8, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}));
  const auto size = size_of({0xff, 0xd8, 0xff, 0xe0, 0x00, 0x02, 0xff, 0xc0, 0x00, 0x11, 0x08, 0x01, 0x68, 0x02, 0x80});
  REQUIRE(size);
  CHECK(size->width == 640);
  CHECK(size->height == 360);
}

TEST_CASE("a large poster is scaled down to what is kept") {
  const auto poster = decode_poster(png_of(4000, 1000));
  REQUIRE(poster);
  CHECK((*poster)->w == kKeptPosterSide);
  CHECK((*poster)->h == 480);
}

TEST_CASE("hostile text is drawn as text") {
  CHECK(drawable("a\x01\x1b[31mb\x7f") == "a[31mb");
  CHECK(drawable("caf\xc3\xa9 \xff\xc3") == "café \xef\xbf\xbd\xef\xbf\xbd");
  CHECK(drawable("\xe2\x80\xaegnp.exe") == "gnp.exe");
  CHECK(drawable("\xed\xa0\x80").find('\xed') == std::string::npos);
  CHECK(drawable(std::string(100'000, 'x')).size() <= 4096);
  Fonts fonts;
  OffscreenScreen screen(fonts, 320, 180);
  ScreenContent content;
  content.card = Card::Kind::pre_live;
  content.announcement = std::string(4000, 'W');
  content.channel = std::string(4000, '\n');
  CHECK(screen.draw(content) != nullptr);
}

TEST_CASE("text wraps at spaces and ends in dots where there is no room") {
  Fonts fonts;
  if (!fonts.available()) return;
  OffscreenScreen screen(fonts, 64, 64);
  TextPainter painter(nullptr, fonts);
  const Style style{Face::regular, 16, {255, 255, 255, 255}};
  const auto lines =
      painter.wrap("one two three four five six seven eight", style, painter.width("one two three", style), 2);
  REQUIRE(lines.size() == 2);
  CHECK(lines[0] == "one two three");
  CHECK(lines[1].find("…") != std::string::npos);
  CHECK(painter.wrap("a\nb", style, 1000, 4).size() == 2);
}

TEST_CASE("the picture keeps its shape, square pixels or not") {
  VideoFrame frame = make_picture(1280, 720, 0);
  const SDL_Rect wide = fit_picture(frame, 1000, 1000);
  CHECK((wide.w == 1000 && wide.h == 562 && wide.y == 219));
  frame.width = 720;
  frame.height = 576;
  frame.sample_aspect_num = 16;
  frame.sample_aspect_den = 15;
  const SDL_Rect pal = fit_picture(frame, 1600, 900);
  CHECK((pal.h == 900 && pal.w == 1200 && pal.x == 200));
}

TEST_CASE("a picture is drawn with its own matrix and range") {
  Fonts fonts;
  OffscreenScreen screen(fonts, 64, 64);
  VideoFrame frame = make_picture(64, 64, 235);
  REQUIRE(screen.screen().set_picture(frame));
  ScreenContent content;
  content.card = Card::Kind::none;
  CHECK((pixel(screen.draw(content), 32, 32) & 0xff) >= 253);
  frame.full_range = true;
  REQUIRE(screen.screen().set_picture(frame));
  const Uint32 blue = pixel(screen.draw(content), 32, 32) & 0xff;
  CHECK((blue > 230 && blue < 240));
}

TEST_CASE("statistics, messages and notices lie over the picture") {
  Fonts fonts;
  OffscreenScreen screen(fonts, 1280, 720);
  REQUIRE(screen.screen().set_picture(make_picture(1280, 720, 120)));
  ScreenContent content;
  content.card = Card::Kind::none;
  content.overlay = make_overlay();
  content.message = "Volume 80 %";
  content.notice = "Offline: waiting for the network";
  SDL_Surface* drawn = screen.draw(content);
  if (fonts.available()) CHECK(colors(drawn) > 200);
  const TempFile file("overlay.png");
  CHECK(IMG_SavePNG(drawn, file.path().c_str()) == 0);
  OffscreenScreen small(fonts, 320, 180);
  REQUIRE(small.screen().set_picture(make_picture(320, 180, 120)));
  CHECK(small.draw(content) != nullptr);
}

TEST_CASE("a message goes after its time") {
  View view("ch-a", 100, false, false);
  view.say("Muted", kStart);
  CHECK(view.content(kStart).message == "Muted");
  view.update(make_card(Card::Kind::none), PlayerState::playing, true, kStart + from_ms(1499));
  CHECK(view.content(kStart).message == "Muted");
  view.take_changed(kStart + from_ms(1499));
  view.update(make_card(Card::Kind::none), PlayerState::playing, true, kStart + from_ms(1500));
  CHECK(view.content(kStart).message.empty());
  CHECK(view.take_changed(kStart + from_ms(1500)));
}

TEST_CASE("the title names channel, state and who plays in its place") {
  View view("ch-a", 100, false, false);
  CHECK(view.title() == "ch-a · joining · Understudy");
  view.update(make_card(Card::Kind::none), PlayerState::playing, true, kStart);
  view.update_stats(make_overlay().stats, kStart);
  CHECK(view.title() == "ch-a · playing ch-b · Understudy");
}

TEST_CASE("volume stays within its range") {
  View view("ch-a", 98, false, false);
  CHECK(view.change_volume(1) == 100);
  for (int i = 0; i < 30; ++i) view.change_volume(-1);
  CHECK(view.change_volume(-1) == 0);
}

TEST_CASE("the film strip has one thumbnail a second, in rows") {
  Fonts fonts;
  const TempFile file("strip.png");
  Filmstrip strip(file.path(), fonts, kStart,
                  {[] { return ScreenContent{}; }, [](SourceId id) { return "ch-" + std::to_string(id.value); }});
  strip.on_picture(make_picture(320, 180, 90), kStart, kStart + from_ms(2500));
  strip.on_picture(make_picture(320, 180, 200, from_ms(40), 1), kStart, kStart + from_ms(5500));
  strip.on_clear(kStart + from_ms(8500));         // eight so far
  REQUIRE(strip.finish(kStart + from_ms(8600)));  // the ninth is how it ended
  const SurfacePtr sheet(IMG_Load(file.path().c_str()));
  REQUIRE(sheet);
  CHECK(sheet->w == 8 * 248 + 8);
  CHECK(sheet->h == 2 * (135 + 24 + 8) + 8);
}

TEST_CASE("a film strip of hours is thinned out instead of growing") {
  Fonts fonts;
  const TempFile file("long.png");
  Filmstrip strip(file.path(), fonts, kStart,
                  {[] { return ScreenContent{}; }, [](SourceId) { return std::string("a"); }});
  strip.tick(kStart + std::chrono::minutes(30));
  REQUIRE(strip.finish(kStart + std::chrono::minutes(30)));
  const SurfacePtr sheet(IMG_Load(file.path().c_str()));
  REQUIRE(sheet);
  CHECK(sheet->h <= 640 / 8 * (135 + 24 + 8) + 8);
}

TEST_CASE("the snapshot is the picture as large as it came") {
  Fonts fonts;
  const TempFile file("snapshot.png");
  Snapshot snapshot(file.path(), fonts, [] { return ScreenContent{}; });
  snapshot.on_picture(make_picture(320, 180, 90), kStart, kStart);
  REQUIRE(snapshot.finish(kStart));
  const std::string bytes = file.read();
  const auto size = image_size({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
  REQUIRE(size);
  CHECK(size->width == 320);
  Snapshot nowhere("/nonexistent/s.png", fonts, [] { return ScreenContent{}; });
  CHECK(nowhere.finish(kStart).error().code == ErrorCode::file_output_failed);
}
