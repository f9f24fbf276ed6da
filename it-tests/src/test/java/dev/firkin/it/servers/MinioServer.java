package dev.firkin.it.servers;

import dev.firkin.it.servers.Availability.Running;
import dev.firkin.it.servers.Availability.Unavailable;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.ContainerFetchException;
import org.testcontainers.containers.MinIOContainer;

/**
 * MinIO: the one that {@code FIRKIN_TEST_MINIO_*} names, else a container where Docker answers,
 * else the program on PATH, else, where {@code FIRKIN_REQUIRE} demands it, one that {@code
 * servers/minio.sh} builds.
 */
final class MinioServer {
  private static final String NAME = "MinIO";

  private MinioServer() {}

  static Availability start() {
    Optional<S3Server> given = GivenServer.from(System.getenv(), "FIRKIN_TEST_MINIO", NAME);
    if (given.isPresent()) {
      return new Running(given.get());
    }
    String reason = "Docker does not answer";
    if (DockerClientFactory.instance().isDockerAvailable()) {
      try {
        return new Running(startContainer());
      } catch (ContainerFetchException e) { // Docker without the image and without a way to pull it
        reason = e.getMessage();
      }
    }
    if (System.getenv("DOCKER_HOST") != null && Requirements.isRequired("minio")) {
      throw new AssertionError("DOCKER_HOST is set, so MinIO is to run there: " + reason);
    }
    if (isOnPath("minio") || Requirements.isRequired("minio")) {
      return new Running(startProgram());
    }
    return new Unavailable(
        "no MinIO: "
            + reason
            + ", and no minio program is on PATH; try it-tests/servers/docker.sh start");
  }

  private static S3Server startContainer() {
    MinIOContainer container = new MinIOContainer("minio/minio:" + release());
    container.start();
    return new S3Server(
        NAME + " in Docker",
        URI.create(container.getS3URL()),
        container.getUserName(),
        container.getPassword(),
        () -> end(container));
  }

  /**
   * A server that died under the tests is the cause of what they report, and its log goes with it.
   */
  private static void end(MinIOContainer container) {
    if (!container.isRunning()) {
      System.err.println(
          container.getCurrentContainerInfo().getState()
              + System.lineSeparator()
              + container.getLogs());
    }
    container.stop();
  }

  private static S3Server startProgram() {
    Map<String, String> environment =
        Map.of(
            "FIRKIN_MINIO_PORT", ServerScript.freePort(),
            "FIRKIN_MINIO_OWNER_PID", ServerScript.ownPid());
    return new ServerScript("minio.sh", environment).start(NAME);
  }

  /** The image's tag, shared with the script that builds an image of that name. */
  private static String release() {
    try {
      return Files.readString(ServerScript.folder().resolve("minio.release")).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isOnPath(String program) {
    String path = System.getenv().getOrDefault("PATH", "");
    return Arrays.stream(path.split(File.pathSeparator))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }
}
