package dev.firkin.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firkin.cli.TestHost.Ran;
import dev.firkin.cli.session.ExitCode;
import dev.firkin.cli.session.Host.Terminals;
import dev.firkin.crypt.AgeIdentity;
import dev.firkin.crypt.AgeRecipient;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

/** Whole command lines against a repository in a folder. */
class FirkinTest {
  @TempDir Path folder;
  private Path repository;
  private Path key;
  private TestHost host;

  @BeforeEach
  void setUp() {
    repository = folder.resolve("repo");
    key = folder.resolve("key");
    host = new TestHost(folder, repository);
  }

  @Test
  void pushesListsShowsRestoresAndVerifies() throws Exception {
    init();
    byte[] bytes = bytes(3_000_000);
    done(host.pipe(bytes, "push", "--stdin", "--name", "db/monday"));
    List<String> list = done(host.run("list")).lines();
    assertEquals(2, list.size());
    assertTrue(list.getFirst().matches("TIME +SNAPSHOT +KIND +STREAM +STORED +NEW +CHUNKS"));
    assertTrue(list.getLast().contains("  db/monday  opaque  2.9 MiB"), list.getLast());
    assertTrue(done(host.run("show", "monday")).out().contains("(3,000,000 bytes)"));
    Ran restored = done(restore("monday", "--stdout"));
    assertArrayEquals(bytes, restored.stdout());
    assertTrue(restored.stderr().contains("every byte proven"), restored.stderr());
    assertTrue(done(host.run("verify")).out().contains("all is well"));
    String read = done(host.run("verify", "--read-data", "--identity-file", key.toString())).out();
    assertTrue(read.contains("read and proved"), read);
  }

  @Test
  void aWindowEndsAPush() throws Exception {
    init();
    Ran ended =
        host.pipe(
            endless(), "push", "--stdin", "--name", "x", "--for", "4s", "--limit-upload", "8M");
    assertEquals(ExitCode.UNFINISHED, ended.exit(), ended::toString);
    assertTrue(ended.stderr().contains("the time is up"), ended.stderr());
    String verified = done(host.run("verify")).out();
    assertTrue(verified.contains("unfinished pushes: 1"), verified);
    assertTrue(verified.contains("all is well"), verified);
  }

  @Test
  void aLimitHolds() throws Exception {
    init();
    long began = System.nanoTime();
    done(host.pipe(bytes(6 << 20), "push", "--stdin", "--name", "x", "--limit-upload", "16.8Mbit"));
    double seconds = (System.nanoTime() - began) / 1e9;
    // Random bytes cannot be compressed; a second of it may be made up for.
    assertTrue(seconds > 2, "6 MiB at 2 MiB a second took " + seconds + " s");
  }

  private static InputStream endless() {
    Random random = new Random(8);
    return new InputStream() {
      @Override
      public int read() {
        return random.nextInt(256);
      }

      @Override
      public int read(byte[] b, int off, int len) {
        byte[] bytes = new byte[len];
        random.nextBytes(bytes);
        System.arraycopy(bytes, 0, b, off, len);
        return len;
      }
    };
  }

  @Test
  void verifyReadsASample() throws Exception {
    init();
    done(host.pipe(bytes(20_000_000), "push", "--stdin", "--name", "x"));
    String out =
        done(host.run("verify", "--sample", "50%", "--identity-file", key.toString())).out();
    Matcher read =
        Pattern.compile("(\\d+) chunks of .*\nread and proved (\\d+) chunks").matcher(out);
    assertTrue(read.find(), out);
    int all = Integer.parseInt(read.group(1));
    int some = Integer.parseInt(read.group(2));
    assertTrue(0 < some && some < all, out);
  }

  @Test
  void aStackTraceIsForDebuggingOnly() {
    assertFalse(host.run("list").stderr().contains("\tat "));
    Ran debug = host.run("list", "--debug");
    assertTrue(debug.stderr().contains("\tat dev.firkin."), debug::toString);
    assertTrue(debug.stderr().contains("firkin: error: "), debug::toString);
  }

  @Test
  void jsonIsAskedForByOurOwnWordsOnly() throws Exception {
    init();
    Ran ran = host.run("push", "--stdin", "--name", "x", "--", "false", "--json");
    fails(ExitCode.FAILED, ran, "false exited with status 1");
    assertEquals("", ran.out());
  }

  @Test
  void theSamePushAgainSendsNothing() throws Exception {
    init();
    byte[] bytes = bytes(2_000_000);
    done(host.pipe(bytes, "push", "--stdin", "--name", "x"));
    Ran again = done(host.pipe(bytes, "push", "--stdin", "--name", "x", "--json"));
    assertTrue(again.out().contains("\"outcome\":\"already-stored\""), again.out());
    assertTrue(again.out().contains("\"addedChunks\":0"), again.out());
  }

  @Test
  void compressesAsHardAsIsAskedFor() throws Exception {
    init();
    String lines =
        new Random(7)
            .ints(10_000)
            .mapToObj("user %1$d asked for page %1$x\n"::formatted)
            .collect(Collectors.joining());
    byte[] fast = ("fast\n" + lines).getBytes(StandardCharsets.US_ASCII);
    byte[] hard = ("hard\n" + lines).getBytes(StandardCharsets.US_ASCII);
    done(host.pipe(fast, "push", "--stdin", "--name", "fast"));
    done(host.pipe(hard, "push", "--stdin", "--name", "hard", "--compression", "19"));
    assertTrue(storedBytes("hard") < storedBytes("fast"));
    assertArrayEquals(hard, done(restore("hard", "--stdout")).stdout());
  }

  private long storedBytes(String snapshot) throws Exception {
    String json = done(host.run("show", snapshot, "--json")).out();
    return JsonMapper.shared().readTree(json).findValue("storedBytes").asLong();
  }

  @Test
  void aSourceWithoutAnIdentityCannotReadItsOwnBackups() throws Exception {
    init();
    done(host.pipe(bytes(1000), "push", "--stdin", "--name", "x"));
    fails(ExitCode.FAILED, host.run("restore", "x", "--stdout"), "no identity was given");
    fails(ExitCode.FAILED, host.run("verify", "--read-data"), "no identity was given");
  }

  @Test
  void aCommandThatFailsStoresNothing() throws Exception {
    init();
    Ran ran = host.run("push", "--stdin", "--name", "x", "--", "sh", "-c", "echo half; exit 3");
    fails(ExitCode.FAILED, ran, "sh exited with status 3");
    assertTrue(host.run("list").out().isEmpty());
    done(host.run("push", "--stdin", "--name", "x", "--", "printf", "whole"));
    assertEquals("whole", done(restore("x", "--stdout")).out());
    fails(
        ExitCode.FAILED,
        host.run("push", "--stdin", "--name", "y", "--", "/no/such/program"),
        "cannot be started");
  }

  @Test
  void aSendStreamIsCheckedAndATruncatedOneRefused() throws Exception {
    init();
    byte[] stream = SmallStream.full(1);
    byte[] half = Arrays.copyOf(stream, stream.length - 5);
    fails(
        ExitCode.FAILED,
        host.pipe(half, "push", "--stdin", "--name", "v/s"),
        "send stream stops early");
    done(host.pipe(stream, "push", "--stdin", "--name", "v/s"));
    assertTrue(host.run("list").out().contains("  full "));
    assertArrayEquals(stream, done(restore("v/s", "--stdout")).stdout());
    String uuid =
        host.run("show", "v/s").lines().stream()
            .filter(line -> line.startsWith("uuid"))
            .map(line -> line.substring(13, 13 + 8))
            .findFirst()
            .orElseThrow();
    assertArrayEquals(stream, done(restore(uuid, "--stdout")).stdout());
    assertArrayEquals(stream, done(restore("v@latest", "--stdout")).stdout());
  }

  @Test
  void deltasAreShownWithTheChainTheyNeed() throws Exception {
    init();
    done(host.pipe(SmallStream.full(1), "push", "--stdin", "--name", "v/one"));
    done(host.pipe(SmallStream.delta(2, 1), "push", "--stdin", "--name", "v/two"));
    done(host.pipe(SmallStream.delta(4, 3), "push", "--stdin", "--name", "v/four"));
    assertTrue(host.run("list").out().contains("  delta on one "));
    List<String> show = done(host.run("show", "two")).lines();
    assertEquals("chain        v/one full", show.get(show.size() - 2));
    assertEquals("             v/two delta on one", show.getLast());
    Ran four = host.run("show", "four");
    assertTrue(four.stderr().contains("which the repository does not have"), four::toString);
    Ran restored = done(restore("two", "--stdout"));
    assertArrayEquals(SmallStream.delta(2, 1), restored.stdout());
    assertTrue(restored.stderr().contains("who receives it must have that"), restored.stderr());
    Ran verified = host.run("verify");
    assertEquals(ExitCode.DAMAGED, verified.exit());
    assertTrue(verified.out().contains("needed by v/four"), verified.out());
  }

  @Test
  void aDryRunOnlySaysWhatItWouldDo() throws Exception {
    init();
    done(host.pipe(bytes(5000), "push", "--stdin", "--name", "x"));
    Path file = folder.resolve("file");
    Ran ran = done(host.run("restore", "x", "--to-file", file.toString(), "--dry-run"));
    assertTrue(ran.stderr().contains("would restore stdin/x (opaque)"), ran.stderr());
    assertFalse(Files.exists(file));
  }

  @Test
  void restoresToAFileWholeOrNotAtAll() throws Exception {
    init();
    byte[] bytes = bytes(1_500_000);
    done(host.pipe(bytes, "push", "--stdin", "--name", "x"));
    Path file = folder.resolve("out/file");
    fails(ExitCode.FAILED, restore("x", "--to-file", file.toString()), "does not exist");
    Files.createDirectory(file.getParent());
    done(restore("x", "--to-file", file.toString()));
    assertArrayEquals(bytes, Files.readAllBytes(file));
    fails(ExitCode.FAILED, restore("x", "--to-file", file.toString()), "was not overwritten");
    Files.writeString(file, "old");
    done(restore("x", "--to-file", file.toString(), "--force"));
    assertArrayEquals(bytes, Files.readAllBytes(file));
    deleteOneChunk();
    fails(ExitCode.DAMAGED, restore("x", "--to-file", file.toString(), "--force"), "is missing");
    assertArrayEquals(bytes, Files.readAllBytes(file));
    assertEquals(List.of(file), list(file.getParent()));
  }

  @Test
  void verifyFindsAMissingChunk() throws Exception {
    init();
    done(host.pipe(bytes(1_500_000), "push", "--stdin", "--name", "x"));
    deleteOneChunk();
    Ran ran = host.run("verify");
    assertEquals(ExitCode.DAMAGED, ran.exit());
    assertTrue(ran.out().contains("needed by stdin/x"), ran.out());
    assertTrue(host.run("verify", "--json").out().contains("\"kind\":\"chunk-missing\""));
  }

  @Test
  void aMissingChunkIsMendedAndAnotherQuarantined() throws Exception {
    init();
    byte[] bytes = bytes(1_500_000);
    done(host.pipe(bytes, "push", "--stdin", "--name", "x"));
    done(host.run("repair"));
    deleteOneChunk();
    Ran ran = host.run("repair");
    assertEquals(ExitCode.DAMAGED, ran.exit());
    assertTrue(ran.out().contains("LOST     stdin/x"), ran.out());
    assertTrue(ran.stderr().contains("push --repair --stdin --name stdin/x"), ran.stderr());
    Ran pushed = done(host.pipe(bytes, "push", "--repair", "--stdin", "--name", "x", "--json"));
    assertTrue(
        pushed.out().contains("\"outcome\":\"mended\",\"mended\":1,\"whole\":true"), pushed.out());
    done(host.run("verify"));
    deleteOneChunk();
    Ran quarantined = done(host.run("repair", "--quarantine", "--yes", "--json"));
    assertTrue(
        quarantined.out().contains("\"action\":\"quarantine\",\"key\":\"snapshots/"),
        quarantined.out());
    assertTrue(quarantined.out().contains("\"to\":\"trash/"), quarantined.out());
    assertEquals(0, done(host.run("list")).lines().size());
    assertTrue(done(host.run("verify")).out().contains("all is well"));
  }

  @Test
  void refusesToChooseEncryptionForTheUser() throws Exception {
    Ran ran = host.run("init");
    fails(ExitCode.USAGE, ran, "how the backups are to be encrypted is not said");
    for (String way : List.of("--recipient", "--passphrase-file", "--no-encryption")) {
      assertTrue(ran.stderr().contains(way), way);
    }
    assertFalse(Files.exists(repository));
    done(host.run("init", "--no-encryption"));
    fails(ExitCode.FAILED, host.run("init", "--no-encryption"), "already");
  }

  @Test
  void aPassphraseOpensTheRepositoryOnANewHost() throws Exception {
    Path right = Files.writeString(folder.resolve("right"), "correct horse battery\n");
    Path wrong = Files.writeString(folder.resolve("wrong"), "incorrect horse\n");
    done(host.run("init", "--passphrase-file", right.toString(), "--kdf", "scrypt"));
    done(host.pipe(bytes(1000), "push", "--stdin", "--name", "x"));
    TestHost other = new TestHost(folder.resolve("other"), repository);
    fails(ExitCode.FAILED, other.run("list"), "does not hold the secret");
    fails(
        ExitCode.FAILED,
        other.run("list", "--passphrase-file", wrong.toString()),
        "wrong passphrase");
    other.with("FIRKIN_PASSPHRASE_FILE", right);
    assertArrayEquals(bytes(1000), done(other.run("restore", "x", "--stdout")).stdout());
  }

  @Test
  void joiningNeedsARecipientsIdentity() throws Exception {
    init();
    TestHost other = new TestHost(folder.resolve("other"), repository);
    Path stranger = folder.resolve("stranger");
    done(other.run("keygen", "-o", stranger.toString()));
    fails(
        ExitCode.FAILED,
        other.run("join", "--identity-file", stranger.toString()),
        "none of the given identities");
    String here = done(host.run("join", "--identity-file", key.toString())).out();
    assertEquals(
        fingerprint(here),
        fingerprint(done(other.run("join", "--identity-file", key.toString())).out()));
    done(other.run("list"));
    fails(
        ExitCode.FAILED,
        other.run("verify", "--read-data", "--identity-file", stranger.toString()),
        "none of the given keys can read");
  }

  @Test
  void keygenWritesWhatAgeKeygenWrites() throws Exception {
    Ran ran = done(host.run("keygen", "-o", key.toString()));
    List<String> lines = Files.readAllLines(key);
    assertTrue(lines.get(0).matches("# created: \\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ"));
    String recipient = AgeIdentity.parse(lines.get(2)).recipient().text();
    assertEquals("# public key: " + recipient, lines.get(1));
    assertEquals("Public key: " + recipient + "\n", ran.stderr());
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(key)));
    fails(ExitCode.FAILED, host.run("keygen", "-o", key.toString()), "was not overwritten");
    assertEquals(lines, Files.readAllLines(key));
    assertEquals(3, done(host.run("keygen")).lines().size());
  }

  @Test
  void ambiguousNamesAreRefusedWithTheCandidates() throws Exception {
    init();
    done(host.pipe(bytes(10), "push", "--stdin", "--name", "a/x"));
    done(host.pipe(bytes(20), "push", "--stdin", "--name", "b/x"));
    Ran ran = restore("x", "--stdout");
    fails(ExitCode.USAGE, ran, "a/x, b/x");
    assertArrayEquals(bytes(20), done(restore("b/x", "--stdout")).stdout());
    assertEquals(2, done(host.run("list", "a")).lines().size());
    fails(ExitCode.NOT_FOUND, host.run("show", "c/x"), "there is no snapshot 'c/x'");
    fails(ExitCode.NOT_FOUND, host.run("show", "c@latest"), "there is no volume 'c'");
  }

  @Test
  void whereThereIsNoRepositoryItSaysSo() throws Exception {
    fails(ExitCode.NOT_FOUND, host.run("list"), "does not exist");
    Files.createDirectory(repository);
    fails(ExitCode.NOT_FOUND, host.run("list"), "there is no firkin repository");
    fails(ExitCode.USAGE, host.run("list", "--repo", "gopher://x"), "gopher");
  }

  @Test
  void aNewerFormatIsNotTouched() throws Exception {
    init();
    Path config = repository.resolve("firkin.json");
    Files.writeString(config, Files.readString(config).replace("\"format\":1", "\"format\":99"));
    fails(ExitCode.FAILED, host.run("list"), "format 99");
  }

  @Test
  void aBrokenStateFolderCostsNothing() throws Exception {
    init();
    done(host.pipe(bytes(1000), "push", "--stdin", "--name", "x"));
    Files.writeString(folder.resolve("file"), "");
    host.with("FIRKIN_STATE_DIR", folder.resolve("file"));
    Ran ran = done(host.run("list"));
    assertEquals(2, ran.lines().size());
    assertEquals("", ran.stderr());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "nonsense",
        "list --nonsense",
        "list a b",
        "show",
        "push",
        "push --stdin",
        "push --stdin --name a/b/c",
        "push --stdin --name .",
        "push --stdin --name a/b --volume c",
        "push --stdin --name x snapshot",
        "push --stdin --name x --parent none",
        "push --name x /snapshot",
        "push --proto 3 /snapshot",
        "push --compression 0 /snapshot",
        "push --stdin --name x --compression 20",
        "push --proto 1 --compressed-data /snapshot",
        "restore x",
        "restore x --stdout --into /x",
        "restore x --stdout --force",
        "verify --sample 5",
        "verify --sample 5% --read-data",
        "repair --sample 5",
        "repair --quarantine",
        "repair --restore-quarantined --quarantine --yes",
        "push --repair --parent none /snapshot",
        "init --no-encryption --recipient age1"
            + "qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq",
        "init --no-encryption --chunk-size 1000",
        "init --no-encryption --chunk-size 8M",
        "list --jobs 0",
        "list --quiet --verbose",
        "list --max-outage soon",
        "help nonsense"
      })
  void whatMakesNoSenseIsAUsageError(String words) {
    Ran ran = host.run(words.isEmpty() ? new String[0] : words.split(" "));
    boolean badRecipient = words.contains("--recipient");
    assertEquals(badRecipient ? ExitCode.FAILED : ExitCode.USAGE, ran.exit(), ran::toString);
    assertEquals(2, ran.stderr().lines().count(), ran::toString);
    assertTrue(ran.stderr().startsWith("firkin: error: "), ran::toString);
    assertTrue(ran.stderr().contains("\nfirkin: hint: "), ran::toString);
    assertEquals("", ran.out());
  }

  @Test
  void terminalsAreSparedStreams() throws Exception {
    init();
    done(host.pipe(bytes(10), "push", "--stdin", "--name", "x"));
    host.on(new Terminals(true, true, false));
    fails(ExitCode.USAGE, host.run("push", "--stdin", "--name", "y"), "stdin is a terminal");
    fails(ExitCode.USAGE, restore("x", "--stdout"), "stdout is a terminal");
  }

  @Test
  void errorsAreJsonTooWhereThatWasAsked() {
    Ran ran = host.run("list", "--json");
    assertEquals(ExitCode.NOT_FOUND, ran.exit());
    assertTrue(ran.out().startsWith("{\"error\":{\"code\":\"no-such-store\",\"exit\":3,"));
    assertTrue(ran.stderr().startsWith("firkin: error: "));
    assertEquals(1, ran.lines().size());
    Ran usage = host.run("list", "--json", "--nonsense");
    assertTrue(usage.out().startsWith("{\"error\":{\"code\":\"usage\",\"exit\":2,"), usage.out());
  }

  @Test
  void optionsMayStandBeforeTheCommand() throws Exception {
    init();
    TestHost bare = new TestHost(folder, folder.resolve("nowhere"));
    done(bare.run("--repo", repository.toString(), "list"));
    done(bare.run("list", "--repo", repository.toString()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"--help", "help", "help push", "push --help", "restore -h"})
  void helpIsDataAndFits(String words) {
    Ran ran = done(host.run(words.split(" ")));
    assertEquals("", ran.stderr());
    assertTrue(ran.out().startsWith("Usage: firkin"), ran.out());
    ran.lines().forEach(line -> assertTrue(line.length() <= 90, line));
  }

  @Test
  void theMainHelpListsCommandsAndExitCodes() {
    String help = done(host.run("--help")).out();
    Stream.of("init", "join", "keygen", "push", "list", "show", "restore", "verify", "repair")
        .forEach(command -> assertTrue(help.contains("\n  " + command + " "), command));
    assertTrue(help.contains("75  unfinished but resumable"), help);
  }

  private void init() throws Exception {
    done(host.run("keygen", "-o", key.toString()));
    AgeRecipient recipient = AgeIdentity.parse(Files.readAllLines(key).get(2)).recipient();
    done(host.run("init", "--recipient", recipient.text()));
  }

  private Ran restore(String... args) {
    String[] all = new String[args.length + 3];
    all[0] = "restore";
    System.arraycopy(args, 0, all, 1, args.length);
    all[args.length + 1] = "--identity-file";
    all[args.length + 2] = key.toString();
    return host.run(all);
  }

  private void deleteOneChunk() throws IOException {
    try (Stream<Path> files = Files.walk(repository.resolve("chunks"))) {
      Files.delete(files.filter(Files::isRegularFile).findFirst().orElseThrow());
    }
  }

  private static List<Path> list(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.toList();
    }
  }

  private static String fingerprint(String report) {
    return report.lines().filter(l -> l.startsWith("fingerprint")).findFirst().orElseThrow();
  }

  private static byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  private static Ran done(Ran ran) {
    assertEquals(ExitCode.DONE, ran.exit(), ran::toString);
    return ran;
  }

  private static void fails(ExitCode exit, Ran ran, String message) {
    assertEquals(exit, ran.exit(), ran::toString);
    String error = ran.stderr().lines().filter(l -> l.startsWith("firkin: error: ")).toList() + "";
    assertTrue(error.contains(message), ran::toString);
    assertTrue(new String(ran.stdout(), StandardCharsets.UTF_8).isEmpty(), ran::toString);
  }
}
