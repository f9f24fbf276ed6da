package dev.firkin.it.servers;

import java.net.URI;

/**
 * A running S3 endpoint on this machine, with path-style buckets and any region.
 *
 * @param name for test reports
 * @param accessKey of a user who may create buckets
 * @param end what ends it; does nothing for a server that was there before the tests
 */
public record S3Server(String name, URI endpoint, String accessKey, String secretKey, Runnable end)
    implements AutoCloseable {

  @Override
  public void close() {
    end.run();
  }
}
