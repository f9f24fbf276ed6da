package dev.firkin.s3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firkin.store.StoreOptions;
import dev.firkin.store.StoreUrl;
import dev.firkin.store.StoreUrlException;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class S3SettingsTest {

  private static S3Settings settings(String url, StoreOptions options, Map<String, String> env)
      throws StoreUrlException {
    return S3Settings.of(StoreUrl.parse(url), options, env);
  }

  private static StoreOptions options() {
    return StoreOptions.defaults();
  }

  @Test
  void readsBucketAndPrefix() throws Exception {
    S3Settings deep = settings("s3://bucket/a/b/", options(), Map.of("AWS_REGION", "eu-west-1"));
    assertEquals("bucket", deep.bucket());
    assertEquals("a/b/", deep.prefix());
    assertEquals("s3://bucket/a/b", deep.location());
    S3Settings flat = settings("s3://bucket", options(), Map.of("AWS_REGION", "eu-west-1"));
    assertEquals("", flat.prefix());
    assertEquals("s3://bucket", flat.location());
  }

  @Test
  void tellsTheSameNameOnTwoServersApart() throws Exception {
    S3Settings here =
        settings(
            "s3://b-b/a", options().withEndpoint(URI.create("http://127.0.0.1:9000")), Map.of());
    S3Settings there =
        settings(
            "s3://b-b/a", options().withEndpoint(URI.create("http://127.0.0.1:9001")), Map.of());
    S3Settings aws = settings("s3://b-b/a", options(), Map.of("AWS_REGION", "eu-west-1"));
    assertEquals(3, Set.of(here.place(), there.place(), aws.place()).size());
    assertEquals("s3://b-b/a", aws.place());
    assertEquals(
        here.place(),
        settings(
                "s3://b-b/a",
                options().withEndpoint(URI.create("http://127.0.0.1:9000/")),
                Map.of())
            .place());
  }

  @Test
  void takesTheEndpointFromTheOptionsThenTheEnvironment() throws Exception {
    var both =
        Map.of(
            "AWS_ENDPOINT_URL_S3", "https://s3.example", "AWS_ENDPOINT_URL", "https://any.example");
    var general = Map.of("AWS_ENDPOINT_URL", "https://any.example");
    URI said = URI.create("http://127.0.0.1:9000");

    assertEquals(
        Optional.of(said), settings("s3://b-b", options().withEndpoint(said), both).endpoint());
    assertEquals(
        Optional.of(URI.create("https://s3.example")),
        settings("s3://b-b", options(), both).endpoint());
    assertEquals(
        Optional.of(URI.create("https://any.example")),
        settings("s3://b-b", options(), general).endpoint());
    assertEquals(
        Optional.empty(),
        settings("s3://b-b", options(), Map.of("AWS_REGION", "eu-west-1")).endpoint());
  }

  @Test
  void anotherServerNeedsNoRegionAndHasItsBucketsInThePath() throws Exception {
    S3Settings other =
        settings("s3://b-b", options(), Map.of("AWS_ENDPOINT_URL", "https://any.example"));
    assertEquals("us-east-1", other.region());
    assertTrue(other.pathStyle());
    S3Settings aws = settings("s3://b-b", options().withRegion("eu-west-1"), Map.of());
    assertEquals("eu-west-1", aws.region());
    assertFalse(aws.pathStyle());
    assertFalse(
        settings(
                "s3://b-b",
                options().withPathStyle(false),
                Map.of("AWS_ENDPOINT_URL", "https://any.example"))
            .pathStyle());
  }

  @Test
  void takesTheRegionFromTheOptionsThenTheEnvironment() throws Exception {
    var both = Map.of("AWS_REGION", "eu-west-1", "AWS_DEFAULT_REGION", "eu-west-2");
    assertEquals(
        "eu-west-3", settings("s3://b-b", options().withRegion("eu-west-3"), both).region());
    assertEquals("eu-west-1", settings("s3://b-b", options(), both).region());
    assertEquals(
        "eu-west-2",
        settings("s3://b-b", options(), Map.of("AWS_DEFAULT_REGION", "eu-west-2")).region());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"s3://", "s3://b", "s3://-bucket", "s3://buc ket", "s3://b-b/a//b", "s3://b-b/ä"})
  void refusesWhatIsNoBucketOrPrefix(String url) {
    assertThrows(
        StoreUrlException.class, () -> settings(url, options(), Map.of("AWS_REGION", "eu-west-1")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1:9000",
        "ftp://host",
        "http://",
        "http://key:hunter2@host",
        "http://a b"
      })
  void refusesWhatIsNoEndpoint(String endpoint) {
    StoreUrlException e =
        assertThrows(
            StoreUrlException.class,
            () -> settings("s3://b-b", options(), Map.of("AWS_ENDPOINT_URL", endpoint)));
    assertFalse(e.toString().contains("hunter2"));
  }
}
