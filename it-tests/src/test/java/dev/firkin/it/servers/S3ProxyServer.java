package dev.firkin.it.servers;

import dev.firkin.it.servers.Availability.Running;
import java.net.URI;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.nio2blob.TransientNio2BlobStore;

/** S3Proxy in this JVM over memory: always there, started within a second. */
final class S3ProxyServer {
  private static final String ACCESS_KEY = "testaccess";
  private static final String SECRET_KEY = "testsecretkey0123456789";

  private S3ProxyServer() {}

  static Availability start() {
    TransientNio2BlobStore memory = new TransientNio2BlobStore();
    S3Proxy proxy =
        S3Proxy.builder()
            .blobStore(memory)
            .awsAuthentication(AuthenticationType.AWS_V4, ACCESS_KEY, SECRET_KEY)
            .endpoint(URI.create("http://127.0.0.1:0"))
            .build();
    try {
      proxy.start();
    } catch (Exception e) {
      throw new IllegalStateException("S3Proxy does not start", e);
    }
    URI endpoint = URI.create("http://127.0.0.1:" + proxy.getPort());
    return new Running(
        new S3Server("S3Proxy", endpoint, ACCESS_KEY, SECRET_KEY, () -> end(proxy, memory)));
  }

  private static void end(S3Proxy proxy, TransientNio2BlobStore memory) {
    try {
      proxy.stop();
    } catch (Exception e) {
      throw new IllegalStateException("S3Proxy does not stop", e);
    } finally {
      memory.close();
    }
  }
}
