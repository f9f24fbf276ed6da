package dev.firkin.it.cli;

import dev.firkin.it.btrfs.Program;
import dev.firkin.it.servers.S3Server;
import dev.firkin.it.servers.TestBucket;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Makes buckets, which firkin does not. */
final class Buckets {
  private Buckets() {}

  /** A new bucket. */
  static String make(S3Server server) {
    return TestBucket.on(server).name();
  }

  /** Gives a computer what it needs to reach a server, by the AWS conventions. */
  static Computer access(Computer computer, S3Server server, URI endpoint) {
    return computer
        .set("AWS_ACCESS_KEY_ID", server.accessKey())
        .set("AWS_SECRET_ACCESS_KEY", server.secretKey())
        .set("AWS_REGION", "us-east-1")
        .set("AWS_ENDPOINT_URL_S3", endpoint.toString());
  }

  /**
   * As {@link #access}, and allowed no more than a policy says.
   *
   * @param server a MinIO: others give sessions only to roles that somebody has made
   */
  static Computer access(Computer computer, S3Server server, String policy) throws IOException {
    Path request = Files.writeString(computer.folder().resolve("policy.json"), policy);
    String session =
        Program.run(
            "bash",
            "-c",
            """
            curl --silent --fail-with-body --noproxy '*' --aws-sigv4 aws:amz:us-east-1:sts \\
              --user '%s:%s' --data-urlencode Action=AssumeRole --data-urlencode Version=2011-06-15 \\
              --data-urlencode DurationSeconds=3600 --data-urlencode Policy@'%s' '%s'
            """
                .formatted(server.accessKey(), server.secretKey(), request, server.endpoint()));
    return access(computer, server, server.endpoint())
        .set("AWS_ACCESS_KEY_ID", element(session, "AccessKeyId"))
        .set("AWS_SECRET_ACCESS_KEY", element(session, "SecretAccessKey"))
        .set("AWS_SESSION_TOKEN", element(session, "SessionToken"));
  }

  private static String element(String xml, String name) {
    Matcher matcher = Pattern.compile("<" + name + ">([^<]+)</" + name + ">").matcher(xml);
    if (!matcher.find()) {
      throw new AssertionError("no " + name + " in " + xml);
    }
    return matcher.group(1);
  }
}
