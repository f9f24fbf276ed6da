package dev.firkin.cli.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is refused, in which line, and in which words. */
class ConfigProblemsTest {
  /** Four lines, then one to be replaced. */
  private static final String TARGET =
      """
      [volume.home]
      subvolume = "/home"
      snapshot_dir = "/snapshots"
      [repository.nas]
      """;

  /** Five lines. */
  private static final String VOLUME =
      """
      [repository.nas]
      url = "/mnt/nas"
      [volume.home]
      subvolume = "/home"
      snapshot_dir = "/snapshots"
      """;

  /** Five lines: the name, the folder and the pattern. */
  private static final String NEVER =
      """
      [volume.%s]
      subvolume = "/home"
      snapshot_dir = "%s"
      snapshot_create = "never"
      snapshot_pattern = "%s"
      """;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "url = 5|it has to be text in quotes",
        "url = \"\"|is empty",
        "url = \"backups\"|'backups' is a relative path",
        "url = \"s3://key:secret@bucket\"|no user name or password",
        "url = \"s3:bucket\"|neither a URL nor a path",
        "endpoint_url = \"s3.example.com\"|write https://host/path",
        "region = 1|text in quotes",
        "profile = [\"a\"]|text in quotes",
        "path_style = \"yes\"|it has to be true or false",
        "storage_class = true|text in quotes",
        "storage_class = \"STANDARD IA\"|no storage class",
        "storage_class = { leases = \"STANDARD_IA\" }|known are: chunks, pages, manifests",
        "storage_class = { pages = \"GLACIER\" }|is an archive, and every command reads pages",
        "storage_class = { chunks = 5 }|text in quotes",
        "object_lock = 30|text in quotes",
        "object_lock = \"a month\"|no number of days",
        "object_lock = \"0d\"|a day at the least",
        "object_lock = \"30d\"|a folder cannot lock",
        "object_lock_mode = \"governance\"|nothing is to be locked",
        "object_lock_mode = \"goverance\"|did you mean \"governance\"?",
        "checksums = \"when-required\"|did you mean \"when_required\"?",
        "checksums = \"md5\"|write one of: default, when_required, none",
        "identity_file = \"key\"|'key' is a relative path",
        "identity_file = [\"/a\", 5]|a list of texts",
        "identity_file = [\\n\"/a\",\\n\"b\" ]|'b' is a relative path",
        "passphrase_file = [\"/a\"]|text in quotes",
        "limit_upload = \"fast\"|'fast' is no size",
        "limit_upload = 500|text in quotes",
        "limit_download = \"0\"|nothing would ever be sent",
        "compression = 0|write 1 to 19",
        "compression = 20|write 1 to 19",
        "jobs = 65|write 1 to 64",
        "jobs = 1.5|a whole number",
        "jobs = 99999999999999999999|out of bounds",
        "jobs = inf|a whole number",
        "max_outage = \"soon\"|'soon' is no duration",
        "window = \"22:00\"|'22:00' is no window",
        "window = \"22:00-25:00\"|write for example 22:00-06:00",
        "window = \"22:00-22:00\"|ends when it begins",
        "preserve_min = \"2x\"|such as 2d",
        "preserve = \"14d 3d\"|is the second with d",
        "preserve = \"14d\"|changes nothing",
        "prune = \"0\"|no time at all",
        "prune = \"forever\"|never ends",
        "prune = 7|text in quotes",
        "grace = \"forever\"|never ends",
        "grace = \"-1d\"|no duration",
        "secret = \"x\"|unknown key \"secret\" in [repository.nas]",
        "pruned = \"never\"|did you mean \"prune\"?",
      })
  void ofARepository(String line, String words) {
    String before = line.startsWith("url") ? "region = \"x\"" : "url = \"/mnt/nas\"";
    refused(6, words, TARGET + before + "\n" + line.replace("\\n", "\n") + "\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "snapshot_name = \"home\"|must hold the date",
        "snapshot_name = \"home.%Y%m%%d\"|must hold the date",
        "snapshot_name = \"home.%Y%m%d%z\"|behind a percent sign only",
        "snapshot_name = \"home.%Y%m%d%\"|behind a percent sign only",
        "snapshot_name = \"a/%Y%m%d\"|no snapshot name",
        "snapshot_create = \"Always\"|did you mean \"always\"?",
        "snapshot_create = \"no\"|write one of: always, onchange, never",
        "snapshot_create = \"never\"|which ones to take is not said",
        "snapshot_pattern = \"root.*\"|does not match what firkin calls its snapshots, such as"
            + " home.2026",
        "snapshot_pattern = \"../*\"|no path below snapshot_dir",
        "snapshot_pattern = \"/mnt/*\"|no path below snapshot_dir",
        "snapshot_pattern = \"home[\"|a [ without its ]",
        "snapshot_pattern = \"home[z-a]*\"|makes no sense",
        "snapshot_pattern = \"home{a\"|a { without its }",
        "snapshot_pattern = \"{a/b,c}\"|braces that make no sense",
        "preserve_min = \"3 days\"|such as 2d",
        "preserve = \"2d\"|say for how long all are kept",
        "repositories = []|names none",
        "repositories = [\"nass\"]|did you mean \"nas\"?",
        "repositories = [\"elsewhere\"]|add a table [repository.elsewhere]",
        "repositories = [\"nas\", \"nas\"]|names one twice",
        "repositories = \"nas\"|a list of texts",
        "chain = \"forked\"|write one of: linear, tree",
        "full_every = \"0\"|no time at all",
        "max_age = 36|text in quotes",
        "[volume.home.repository.other]|a repository that this volume does not go to",
        "repository = 5|it has to be tables",
        "[volume.home.repository]\\nnas = 5|a table, [volume.home.repository.nas]",
        "[volume.home.repository.nas]\\n"
            + "url = \"x\"|unknown key \"url\" in [volume.home.repository.nas]",
      })
  void ofAVolume(String lines, String words) {
    String toml = lines.replace("\\n", "\n");
    refused(toml.contains("\n") ? 7 : 6, words, VOLUME + toml + "\n");
  }

  @Test
  void ofOtherTables() {
    refused(7, "write 0 to 23", VOLUME + "[retention]\nhour_of_day = 24\n");
    refused(7, "did you mean \"sunday\"?", VOLUME + "[retention]\nday_of_week = \"sun day\"\n");
    refused(7, "write 1 to 28", VOLUME + "[retention]\nday_of_month = 29\n");
    refused(7, "without its folder: sh", VOLUME + "[hooks]\nbefore = [\"sh\", \"-c\"]\n");
    refused(7, "it has to be a list of texts", VOLUME + "[hooks]\nafter = \"/bin/true\"\n");
    refused(7, "is no URL", VOLUME + "[hooks]\nping_url = \"ftp://x/\"\n");
    refused(6, "names no file", VOLUME + "[metrics]\n");
    refused(7, "relative path", VOLUME + "[metrics]\nfile = \"firkin.prom\"\n");
    refused(6, "did you mean \"metrics\"?", VOLUME + "[metric]\n");
    refused(1, "it has to be a table", "metrics = 1\n" + VOLUME);
    refused(1, "it has to be tables, [volume.NAME]", "volume = 1\n[repository.nas]\nurl = \"/a\"");
    refused(
        6,
        "it has to be tables, [volume.NAME]",
        "[repository.nas]\nurl = \"/a\"\n\n\n\n[[volume]]");
  }

  @Test
  void ofTheWholeFile() {
    ConfigException e = ConfigFileTest.refused("");
    assertEquals("/etc/firkin/firkin.toml: it says of no repository", e.getMessage());
    assertEquals(2, e.problems().size());
  }

  @Test
  void ofWhatIsMissing() {
    refused(4, "has no url", TARGET);
    refused(3, "has no subvolume", VOLUME.replace("subvolume", "#"));
    refused(3, "has no snapshot_dir", VOLUME.replace("snapshot_dir", "#"));
    refused(4, "relative path", VOLUME.replace("/home", "home"));
  }

  @Test
  void ofNames() {
    refused(3, "is no name for a volume", VOLUME.replace("volume.home", "volume.\"my/home\""));
    refused(3, "is no name for a volume", VOLUME.replace("volume.home", "volume.\"\\u0040home\""));
    refused(1, "no name for a repository", VOLUME.replace("repository.nas", "repository.\"-\""));
  }

  @Test
  void ofTwoThatContradictEachOther() {
    refused(
        8,
        "is that of [repository.nas] as well",
        VOLUME + "\n[repository.second]\nurl = \"file:///mnt/nas/\"\n");
    refused(7, "contradicts chain = \"tree\"", VOLUME + "chain = \"tree\"\nfull_every = \"90d\"\n");
    refused(
        7,
        "contradicts snapshot_create = \"never\"",
        VOLUME
            + "snapshot_create = \"never\"\n"
            + "snapshot_name = \"%Y%m%d\"\n"
            + "snapshot_pattern = \"*\"\n");
    String second = "[volume.second]\nsubvolume = \"/home\"\nsnapshot_dir = \"/snapshots\"\n";
    refused(
        9,
        "could be one of [volume.home] and of [volume.second]",
        VOLUME + second + "snapshot_name = \"home.%Y%m%dT%H%M%S\"\n");
    refused(9, "overlap", VOLUME + second + "snapshot_pattern = \"*\"\n");
    Assertions.assertDoesNotThrow(() -> ConfigFileTest.parse(VOLUME + second));
    Assertions.assertDoesNotThrow(() ->
        ConfigFileTest.parse(
            VOLUME + second.replace("/snapshots", "/other") + "snapshot_pattern = \"*\"\n"));
  }

  /** Both would take the same snapshots, and the retention of one would drop the other's. */
  @Test
  void refusesPatternsThatMeetInFoldersBelow() {
    String outer = NEVER.formatted("outer", "/p/.snapshots", "home/*");
    String inner = NEVER.formatted("inner", "/p/.snapshots/home", "home.*");
    String told = "a snapshot in /p/.snapshots/home could be one of [volume.%s] and of [volume.%s]";
    refused(15, told.formatted("outer", "inner"), VOLUME + outer + inner);
    refused(15, told.formatted("inner", "outer"), VOLUME + inner + outer);
    refused(
        15,
        "*/*/snapshot in /p and */snapshot in /p/x overlap",
        VOLUME
            + NEVER.formatted("outer", "/p", "*/*/snapshot")
            + NEVER.formatted("inner", "/p/x", "*/snapshot"));
    for (String apart :
        List.of(
            NEVER.formatted("outer", "/p/.snapshots", "root/*") + inner,
            NEVER.formatted("outer", "/p/.snapshots", "*") + inner,
            NEVER.formatted("outer", "/p/.snapshots", "*/*/*") + inner,
            NEVER.formatted("outer", "/p/.snap", "home/*") + inner,
            NEVER.formatted("outer", "/p/.snapshots", "home/root.*") + inner,
            // What has a meaning in a pattern has none in the name of a folder.
            NEVER.formatted("outer", "/p", "ab/x") + NEVER.formatted("inner", "/p/a*", "x"),
            NEVER.formatted("outer", "/p", "a/x") + NEVER.formatted("inner", "/p/[a]", "x"))) {
      Assertions.assertDoesNotThrow(() -> ConfigFileTest.parse(VOLUME + apart), apart);
    }
    String brackets = NEVER.formatted("inner", "/p/{[a*]}?", "x{1,2}");
    refused(15, "overlap", VOLUME + NEVER.formatted("outer", "/p", "*/*2") + brackets);
    // Together longer than a pattern may be.
    String deep = "/p" + ("/" + "d".repeat(200)).repeat(6);
    refused(
        15,
        "overlap",
        VOLUME
            + NEVER.formatted("outer", "/p", "*/*/*/*/*/*/x")
            + NEVER.formatted("inner", deep, "x"));
  }

  /** Nobody who names a repository with a mistake in it has made one. */
  @Test
  void oneMistakeIsToldOnce() {
    ConfigException e =
        ConfigFileTest.refused(
            VOLUME.replace("\"/mnt/nas\"", "\"nas\"") + "repositories = [\"nas\"]\n");
    assertEquals(1, e.problems().size(), e.problems()::toString);
    assertEquals(
        1,
        ConfigFileTest.refused(VOLUME + "preserve_min = \"x\"\npreserve = \"2d\"\n")
            .problems()
            .size());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "a = |1|the file ends in the middle",
        "a = [1,\\n2|2|the file ends in the middle",
        "[a|1|the file ends in the middle",
        "\\na = 1 2|2|after a value the line goes on",
        "[a]]\\nb = 1|1|a ] was expected",
        "[[a]\\nb = 1|1|a ]] was expected",
        "[a]\\n\\n[a]\\nb = 1|3|there already",
        "a = 1\\na = 2\\n\\n# x\\n\\nb = 1|2|set twice",
        "a = 1\\na = 2|2|set twice",
        "a = \"x\\n|1|in the middle of a text",
        "a = 'x\\n|1|in the middle of a text",
        "a = 0123|1|begins with 0",
        "a = \"\\q\"|1|backslash",
        "a = \"\\ud800\"|1|backslash",
        "a = \"\u0001\"|1|control character",
        "\\na = yes # or no|2|true, false or a [list]: yes",
        "a = /mnt/x|1|put text in quotes",
        "a = [x]|1|put text in quotes",
        "a 1|1|after a key comes =",
        "[volume.my home]|1|put a name with anything",
        "= 1|1|a key or a [table] was expected",
        "a = 1\\n[a.b]|2|cannot be a table as well",
        "[[a]]\\n[a]|2|cannot be a table as well",
        "a = ]|1|a value was expected",
      })
  void ofTheSyntax(String toml, int line, String words) {
    String message = refused(line, words, toml.replace("\\n", "\n"));
    assertFalse(message.matches("(?s).*([A-Z]{3,}_[A-Z]+|tools\\.jackson).*"), message);
  }

  @Test
  void ofWhatIsNoUtf8() {
    byte[] latin1 = "[repository.a]\nurl = \"/mnt/\u00e4\"\n".getBytes(StandardCharsets.ISO_8859_1);
    ConfigException e =
        Assertions.assertThrows(
            ConfigException.class, () -> ConfigFile.parse(Path.of("/f"), latin1, ZoneOffset.UTC));
    assertEquals("/f:2: these bytes are no UTF-8", e.getMessage());
    byte[] cut = Arrays.copyOf("a = \"\u00e4".getBytes(StandardCharsets.UTF_8), 6);
    Assertions.assertThrows(
        ConfigException.class, () -> ConfigFile.parse(Path.of("/f"), cut, ZoneOffset.UTC));
  }

  @Test
  void ofNestingThatWouldExhaustTheStack() {
    refused(1, "too many brackets", "a = " + "[".repeat(100_000));
    refused(1, "unknown key", "a" + ".a".repeat(100_000) + " = 1\n" + VOLUME);
  }

  @Test
  void linesAreRightBehindWhateverStandsBefore() {
    refused(
        15,
        "unknown key \"wrong\"",
        """
        title = [ # a comment ]
          "a # b",
          'c \\',  { x = "]", y = 1 },
        ]
        text = \"""
        [volume.home]
        wrong = 1 \\\"""
        \"""
        more = '''
        wrong = 1''''
        "quo\\"ted" = {"wrong" = 1}
        [repository.nas] # wrong = 1
        url.wrong = 1
        [volume.home]
        wrong = 1979-05-27 07:32:00
        """);
  }

  /** Returns all that is said. */
  private static String refused(int line, String words, String toml) {
    ConfigException e = ConfigFileTest.refused(toml);
    StringBuilder said = new StringBuilder();
    boolean found = false;
    for (ConfigProblem problem : e.problems()) {
      String text = problem.at(Path.of("f")) + " (" + problem.hint().orElse("") + ")";
      said.append(text).append('\n');
      found |= text.contains(words) && text.startsWith("f:" + line + ": ");
    }
    assertTrue(found, "wanted " + line + ": " + words + ", but:\n" + said);
    return said.toString();
  }
}
