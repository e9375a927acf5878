// SPDX-License-Identifier: Apache-2.0
#include "net/tls/handshake.h"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <array>
#include <chrono>

#include "base/unique_handle.h"

namespace ehdscan::tls {
namespace {

using Context = std::unique_ptr<SSL_CTX, Calls<SSL_CTX_free>>;
using Ssl = std::unique_ptr<SSL, Calls<SSL_free>>;

constexpr std::size_t kMostBytes = 512U << 10U;

enum class Step : std::uint8_t { done, failed, more };

/// One client of libssl, without input or output of its own.
class Client {
 public:
  Client(const std::string& name, const HandshakePlan& plan, HandshakeResult& result)
      : version_(plan.version), result_(result), context_(SSL_CTX_new(TLS_client_method())) {
    if (context_ == nullptr) return;
    SSL_CTX* context = context_.get();
    // What is weak must be seen too, whatever the system's own policy for its clients is.
    SSL_CTX_set_security_level(context, 0);
    SSL_CTX_set_options(context, SSL_OP_LEGACY_SERVER_CONNECT);
    if (!plan.tickets) SSL_CTX_set_options(context, SSL_OP_NO_TICKET);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
    SSL_CTX_set_max_cert_list(context, kMostBytes);
    const int version = static_cast<int>(plan.version);
    const bool usable = SSL_CTX_set_min_proto_version(context, version) == 1 &&
                        SSL_CTX_set_max_proto_version(context, version) == 1 &&
                        SSL_CTX_set_cipher_list(context, "ALL:@SECLEVEL=0") == 1 &&
                        (plan.signature_algorithms.empty() ||
                         SSL_CTX_set1_sigalgs_list(context, plan.signature_algorithms.c_str()) == 1);
    if (!usable) return;
    ssl_.reset(SSL_new(context));
    in_ = BIO_new(BIO_s_mem());
    out_ = BIO_new(BIO_s_mem());
    if (ssl_ == nullptr || in_ == nullptr || out_ == nullptr) {
      BIO_free(in_);
      BIO_free(out_);
      ssl_.reset();
      return;
    }
    BIO_set_mem_eof_return(in_, -1);  // empty: more will come
    SSL_set_bio(ssl_.get(), in_, out_);
    SSL_set_connect_state(ssl_.get());
    SSL_set_msg_callback(ssl_.get(), &Client::note);
    SSL_set_msg_callback_arg(ssl_.get(), this);
    SSL_set_tlsext_status_type(ssl_.get(), TLSEXT_STATUSTYPE_ocsp);
    if (!name.empty()) SSL_set_tlsext_host_name(ssl_.get(), name.c_str());
    if (plan.resume) SSL_set_session(ssl_.get(), plan.resume.get());
  }
  ~Client() { ERR_clear_error(); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  [[nodiscard]] bool usable() const { return ssl_ != nullptr; }

  Step shake_hands() { return step_of(SSL_do_handshake(ssl_.get())); }
  bool begin_renegotiation() { return SSL_renegotiate(ssl_.get()) == 1; }
  void say_goodbye() { SSL_shutdown(ssl_.get()); }
  /// Takes what still comes; content is thrown away.
  Step drain() {
    std::array<char, 4096> content{};
    while (true) {
      const int got = SSL_read(ssl_.get(), content.data(), static_cast<int>(content.size()));
      if (got <= 0) return step_of(got);
    }
  }

  void input(std::span<const std::uint8_t> bytes) {
    total_ += bytes.size();
    BIO_write(in_, bytes.data(), static_cast<int>(bytes.size()));
  }
  [[nodiscard]] bool flooded() const { return total_ > kMostBytes; }
  Bytes output() {
    Bytes bytes(BIO_ctrl_pending(out_));
    if (!bytes.empty()) BIO_read(out_, bytes.data(), static_cast<int>(bytes.size()));
    return bytes;
  }

  [[nodiscard]] bool resumed() const { return SSL_session_reused(ssl_.get()) == 1; }
  [[nodiscard]] std::shared_ptr<ssl_session_st> session() const {
    std::shared_ptr<SSL_SESSION> session(SSL_get1_session(ssl_.get()), &SSL_SESSION_free);
    return session != nullptr && SSL_SESSION_is_resumable(session.get()) == 1 ? session : nullptr;
  }

 private:
  Step step_of(int returned) {
    if (returned == 1) return Step::done;
    const int error = SSL_get_error(ssl_.get(), returned);
    ERR_clear_error();
    if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE) return Step::more;
    return error == SSL_ERROR_ZERO_RETURN ? Step::done : Step::failed;
  }

  /// Called by libssl with every message, decrypted.
  static void note(int written, int /*version*/, int type, const void* data, std::size_t size, SSL* /*ssl*/,
                   void* argument) {
    if (written != 0) return;
    auto* self = static_cast<Client*>(argument);
    const std::span<const std::uint8_t> bytes(static_cast<const std::uint8_t*>(data), size);
    if (type == SSL3_RT_HANDSHAKE) self->result_.messages.read(self->version_, bytes);
    if (type == SSL3_RT_ALERT && size == 2 && self->refuses(bytes[0], bytes[1])) self->result_.alert_code = bytes[1];
  }
  /// In TLS 1.3 the level means nothing: all but close_notify and user_canceled are the end (RFC 8446, 6). Before,
  /// warnings are not, but no_renegotiation is an answer (RFC 5246, 7.2.2).
  [[nodiscard]] bool refuses(std::uint8_t level, std::uint8_t code) const {
    if (version_ == Version::tls13) return code != 0 && code != 90;
    return level == 2 || code == 100;
  }

  Version version_;
  HandshakeResult& result_;
  Context context_;
  Ssl ssl_;
  BIO* in_ = nullptr;  // both belong to ssl_
  BIO* out_ = nullptr;
  std::size_t total_ = 0;
};

using Operation = Step (Client::*)();

/// Moves bytes until the operation is done or has failed. `end` says how the connection ended, if it did.
Task<Step> drive(Connection& connection, Client& client, Operation operation, Answer& end) {
  while (true) {
    const Step step = (client.*operation)();
    const Bytes bytes = client.output();
    if (!bytes.empty()) {
      const std::span<const std::uint8_t> out(bytes);
      // A server may refuse and reset before it has taken everything: what it sent still counts.
      co_await connection.send(out);
    }
    if (step != Step::more) co_return step;
    const Received received = co_await connection.receive();
    if (received.bytes.empty()) {
      end = received.end;
      co_return Step::failed;
    }
    client.input(received.bytes);
    if (client.flooded()) co_return Step::failed;
  }
}

}  // namespace

Task<HandshakeResult> finish_handshake(Session& session, HandshakePlan plan) {
  HandshakeResult result;
  Opened opened = co_await session.open();
  if (!opened.connection) {
    result.end = opened.failure;
    co_return result;
  }
  Connection& connection = *opened.connection;
  const Clock::time_point start = Clock::now();
  Client client(session.place().name, plan, result);
  if (!client.usable()) co_return result;
  const Step shaken = co_await drive(connection, client, &Client::shake_hands, result.end);
  if (result.alert_code) result.end = Answer::alert;
  if (shaken != Step::done) co_return result;
  result.finished = true;
  result.resumed = client.resumed();
  // Who answered that fast and now stays silent for much longer does not mean to answer.
  const Clock::duration patience =
      std::clamp<Clock::duration>((Clock::now() - start) * 20, std::chrono::seconds(1),
                                  std::max<Clock::duration>(session.pace().probe, std::chrono::seconds(1)));
  connection.set_deadline(Clock::now() + patience);

  for (int i = 0; i < plan.renegotiations; ++i) {
    if (!client.begin_renegotiation()) break;
    Answer end = Answer::server_hello;
    const Step again = co_await drive(connection, client, &Client::shake_hands, end);
    if (again == Step::done) {
      ++result.renegotiated;
      result.renegotiation_refused = false;
      continue;
    }
    const bool refused = result.alert_code || end == Answer::closed || end == Answer::reset;
    if (result.renegotiated == 0 && refused) result.renegotiation_refused = true;
    result.end = result.alert_code ? Answer::alert : end;
    co_return result;
  }

  client.say_goodbye();
  const Step drained = co_await drive(connection, client, &Client::drain, result.end);
  if (result.alert_code) result.end = Answer::alert;
  result.saw_the_end = drained == Step::done || result.end == Answer::closed || result.end == Answer::alert;
  result.session = client.session();
  co_return result;
}

}  // namespace ehdscan::tls
