// SPDX-License-Identifier: Apache-2.0
#include "net/x509/der.h"

#include <algorithm>
#include <optional>

namespace ehdscan::x509 {
namespace {

using Bytes = std::span<const std::uint8_t>;

constexpr int kDeepest = 32;
constexpr std::uint8_t kConstructed = 0x20;
constexpr std::uint8_t kClassMask = 0xC0;
constexpr std::uint8_t kTagMask = 0x1F;

/// Universal tags (X.680, 8.6).
enum : std::uint8_t {
  kBoolean = 1,
  kInteger = 2,
  kBitString = 3,
  kNull = 5,
  kObject = 6,
  kEnumerated = 10,
  kSequence = 16,
  kSet = 17
};

struct Element {
  std::uint8_t identifier = 0;
  Bytes whole;
  Bytes content;
};

std::optional<Element> next_element(Bytes& rest, std::string& problem) {
  const Bytes start = rest;
  const auto stop = [&](const char* text) {
    problem = text;
    return std::nullopt;
  };
  if (rest.size() < 2) return stop("a value is cut off");
  Element element;
  element.identifier = rest[0];
  std::size_t at = 1;
  if ((rest[0] & kTagMask) == kTagMask) {
    std::uint32_t tag = 0;
    if (rest[at] == 0x80) return stop("a tag is not written in its shortest form");
    do {
      if (at >= rest.size() || at > 4) return stop("a tag is cut off or too large");
      tag = (tag << 7U) | (rest[at] & 0x7FU);
    } while ((rest[at++] & 0x80U) != 0);
    if (tag < kTagMask) return stop("a tag is not written in its shortest form");
  }
  if (at >= rest.size()) return stop("a value is cut off");
  std::size_t length = rest[at++];
  if (length == 0x80) return stop("a length is indefinite");
  if (length > 0x80) {
    const std::size_t octets = length & 0x7FU;
    if (octets > 4 || rest.size() - at < octets) return stop("a length is cut off or too large");
    length = 0;
    for (std::size_t i = 0; i < octets; ++i) length = (length << 8U) | rest[at + i];
    if (length < 0x80 || rest[at] == 0) return stop("a length is not written in its shortest form");
    at += octets;
  }
  if (rest.size() - at < length) return stop("a value is cut off");
  element.content = rest.subspan(at, length);
  element.whole = start.first(at + length);
  rest = rest.subspan(at + length);
  return element;
}

std::string object_problem(Bytes content) {
  if (content.empty() || (content.back() & 0x80U) != 0) return "an object identifier is cut off";
  bool first_of_arc = true;
  for (const std::uint8_t byte : content) {
    if (first_of_arc && byte == 0x80) return "an object identifier is not written in its shortest form";
    first_of_arc = (byte & 0x80U) == 0;
  }
  return {};
}

std::string primitive_problem(std::uint8_t tag, Bytes content) {
  switch (tag) {
    case kBoolean:
      if (content.size() != 1 || (content[0] != 0 && content[0] != 0xFF)) return "a boolean is neither 00 nor ff";
      return {};
    case kInteger:
    case kEnumerated:
      if (content.empty()) return "an integer has no content";
      if (content.size() > 1 && ((content[0] == 0 && content[1] < 0x80) || (content[0] == 0xFF && content[1] >= 0x80)))
        return "an integer is not written in its shortest form";
      return {};
    case kBitString:
      if (content.empty() || content[0] > 7 || (content.size() == 1 && content[0] != 0))
        return "a bit string has a wrong count of unused bits";
      if (content[0] != 0 && (content.back() & ((1U << content[0]) - 1U)) != 0)
        return "unused bits of a bit string are set";
      return {};
    case kNull:
      return content.empty() ? "" : "a null has content";
    case kObject:
      return object_problem(content);
    default:
      return {};
  }
}

std::string values_problem(Bytes rest, int depth, bool sorted);

std::string element_problem(const Element& element, int depth) {
  const bool constructed = (element.identifier & kConstructed) != 0;
  const bool universal = (element.identifier & kClassMask) == 0;
  const auto tag = static_cast<std::uint8_t>(element.identifier & kTagMask);
  if (universal) {
    const bool collection = tag == kSequence || tag == kSet;
    // EXTERNAL and EMBEDDED PDV are constructed as well and have no place in certificates.
    if (constructed && !collection) return "a simple type is written in pieces";
    if (!constructed && collection) return "a sequence is written as a simple type";
  }
  if (constructed) return values_problem(element.content, depth + 1, universal && tag == kSet);
  return universal ? primitive_problem(tag, element.content) : std::string();
}

std::string values_problem(Bytes rest, int depth, bool sorted) {
  if (depth > kDeepest) return "values are nested too deeply";
  Bytes before;
  while (!rest.empty()) {
    std::string problem;
    const auto element = next_element(rest, problem);
    if (!element) return problem;
    if (sorted && !before.empty() && std::ranges::lexicographical_compare(element->whole, before))
      return "a set is not in order";
    before = element->whole;
    problem = element_problem(*element, depth);
    if (!problem.empty()) return problem;
  }
  return {};
}

}  // namespace

std::string der_problem(std::span<const std::uint8_t> bytes) {
  Bytes rest = bytes;
  std::string problem;
  const auto element = next_element(rest, problem);
  if (!element) return problem;
  if (!rest.empty()) return "bytes follow the value";
  return element_problem(*element, 0);
}

}  // namespace ehdscan::x509
