package dev.firkin.cli.systemd;

import dev.firkin.cli.session.Host;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Tells systemd, or whoever else started us so, what we do: {@code systemctl status} shows it.
 * Silent where nobody listens, and never in the way of the work: what cannot be sent is lost.
 * Thread-safe. Source: sd_notify(3).
 */
public final class Notify {
  private static final System.Logger LOG = System.getLogger(Notify.class.getName());
  private static final int MAX_STATUS_CHARS = 500;

  /** Bytes; those of an abstract name begin with NUL. */
  private final Optional<byte[]> address;

  // Guarded by this.
  private String status = "";

  private Notify(Optional<byte[]> address) {
    this.address = address;
  }

  /** Whom the environment names. */
  public static Notify of(Host host) {
    return new Notify(host.variable("NOTIFY_SOCKET").flatMap(Notify::address));
  }

  /** Whether anybody may listen. */
  public boolean isHeard() {
    return address.isPresent();
  }

  /** That the service is up; for services of another type than {@code oneshot}. */
  public void ready() {
    send("READY=1");
  }

  /** One line for people, in place of the one before. */
  public synchronized void status(String line) {
    if (!isHeard()) {
      return;
    }
    String text = line.strip().replaceAll("[\\p{Cc}\\p{Cf}]+", " ");
    String shown =
        text.codePointCount(0, text.length()) > MAX_STATUS_CHARS
            ? text.substring(0, text.offsetByCodePoints(0, MAX_STATUS_CHARS)) + "…"
            : text;
    if (!shown.equals(status)) {
      status = shown;
      send("STATUS=" + shown);
    }
  }

  /** That the end has begun. */
  public void stopping() {
    send("STOPPING=1");
  }

  private void send(String message) {
    if (address.isEmpty()) {
      return;
    }
    try {
      UnixDatagram.send(address.get(), message.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      LOG.log(System.Logger.Level.DEBUG, "systemd was not told: " + message, e);
    }
  }

  private static Optional<byte[]> address(String name) {
    if (!name.startsWith("/") && !name.startsWith("@")) {
      LOG.log(System.Logger.Level.DEBUG, "NOTIFY_SOCKET is no UNIX socket: " + name);
      return Optional.empty();
    }
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    if (bytes[0] == '@') {
      bytes[0] = 0;
    }
    if (bytes.length > UnixDatagram.MAX_ADDRESS_BYTES) {
      LOG.log(System.Logger.Level.DEBUG, "NOTIFY_SOCKET is too long: " + name);
      return Optional.empty();
    }
    return Optional.of(bytes);
  }
}
