package dev.firkin.it.cli;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Credentials of an environment, as the AWS tools find them in a JVM, until it is closed. */
final class AwsProperties implements AutoCloseable {
  private static final Map<String, String> NAMES =
      Map.of(
          "AWS_ACCESS_KEY_ID", "aws.accessKeyId",
          "AWS_SECRET_ACCESS_KEY", "aws.secretAccessKey",
          "AWS_SESSION_TOKEN", "aws.sessionToken");

  private final Map<String, Optional<String>> before = new HashMap<>();

  private AwsProperties() {}

  static AwsProperties of(Map<String, String> environment) {
    AwsProperties properties = new AwsProperties();
    NAMES.forEach((variable, name) -> {
      properties.before.put(name, Optional.ofNullable(System.getProperty(name)));
      set(name, Optional.ofNullable(environment.get(variable)));
    });
    return properties;
  }

  private static void set(String name, Optional<String> value) {
    value.ifPresentOrElse(v -> System.setProperty(name, v), () -> System.clearProperty(name));
  }

  @Override
  public void close() {
    before.forEach(AwsProperties::set);
  }
}
