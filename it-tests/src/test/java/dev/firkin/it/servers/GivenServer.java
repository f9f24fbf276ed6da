package dev.firkin.it.servers;

import java.net.URI;
import java.util.Map;
import java.util.Optional;

/**
 * A server that runs already, told by three variables: {@code PREFIX_ENDPOINT}, {@code
 * _ACCESS_KEY}, {@code _SECRET_KEY}.
 */
final class GivenServer {
  private GivenServer() {}

  static Optional<S3Server> from(Map<String, String> environment, String prefix, String name) {
    String endpoint = environment.get(prefix + "_ENDPOINT");
    if (endpoint == null || endpoint.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new S3Server(
            name,
            URI.create(endpoint),
            value(environment, prefix + "_ACCESS_KEY"),
            value(environment, prefix + "_SECRET_KEY"),
            () -> {}));
  }

  private static String value(Map<String, String> environment, String variable) {
    String value = environment.get(variable);
    if (value == null || value.isEmpty()) {
      throw new IllegalStateException(variable + " is not set, but the endpoint is");
    }
    return value;
  }
}
