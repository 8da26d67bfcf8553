package jvisor.guests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import jvisor.app.image.Image;
import jvisor.machine.Boot;
import jvisor.machine.ExitReason;
import jvisor.machine.MachineConfig;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/** The default image, on the kernel that Debian makes for clouds; one guest for all tests. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class CloudKernelTest {
  private static final int LAST = Integer.MAX_VALUE;
  private static final long DAY = 24 * 60 * 60;

  private Image mini;
  private Guest guest;

  @BeforeAll
  void bootToTheShell() {
    mini = DebianFiles.mini();
    guest =
        Guest.start(
            MachineConfig.of(new Boot.Kernel(mini.kernel(), mini.initrd(), "console=ttyS0")));
    guest.expectShell();
  }

  @AfterAll
  void stop() {
    if (guest != null) {
      guest.close();
    }
  }

  @Test
  void theKernelIsTheOneOfTheImage() {
    String version = mini.info().kernel().split(" ")[0].replace("linux-image-", "");
    assertThat(guest.run("uname -a")).contains("Linux jvisor " + version).contains("x86_64");
  }

  @Test
  void theProcessorIsDescribed() {
    String cpuinfo = guest.run("cat /proc/cpuinfo");
    assertThat(cpuinfo)
        .containsPattern("flags\\s*:.* fpu .*")
        .containsPattern("flags\\s*:.* sse4_2 .*")
        .containsPattern("flags\\s*:.* hypervisor .*")
        .containsPattern("cpu MHz\\s*: 1000\\.0");
    assertThat(cpuinfo.lines().filter(line -> line.startsWith("processor"))).hasSize(1);
  }

  @Test
  void theKernelHasNothingToComplainAbout() {
    guest.run("dmesg > /tmp/dmesg");
    Complaints.none(guest.run("cat /tmp/dmesg"));
  }

  @Test
  void memoryIsThere() {
    long kib = Long.parseLong(guest.run("awk '/^MemTotal/ { print $2 }' /proc/meminfo"));
    assertThat(kib).isBetween(440L << 10, 512L << 10);
  }

  @Test
  void theShellCounts() {
    assertThat(guest.run("echo $((0x7fffffffffff * 6151 % 1000003)) $((-7 / 2)) $((1 << 62))"))
        .isEqualTo(0x7fffffffffffL * 6151 % 1000003 + " " + -7 / 2 + " " + (1L << 62));
  }

  @Test
  void floatingPointComesOutAsOnTheHost() {
    double sum = 0;
    for (int i = 1; i <= 2000; i++) {
      sum += 1.0 / i;
    }
    String command = "awk 'BEGIN { for (i = 1; i <= 2000; i++) s += 1 / i; printf \"%.15f\", s }'";
    assertThat(guest.run(command)).isEqualTo("%.15f".formatted(sum));
  }

  @Test
  void hashesAreRight() throws NoSuchAlgorithmException {
    assertThat(guest.run("seq 1 20000 | sha256sum")).isEqualTo(digest("SHA-256") + "  -");
    assertThat(guest.run("seq 1 20000 | md5sum")).isEqualTo(digest("MD5") + "  -");
  }

  @Test
  void whatIsPackedComesBack() throws NoSuchAlgorithmException {
    assertThat(guest.run("seq 1 20000 | gzip -9 > /tmp/z && gunzip -c /tmp/z | sha256sum"))
        .isEqualTo(digest("SHA-256") + "  -");
    int packed = Integer.parseInt(guest.run("wc -c < /tmp/z"));
    assertThat(packed).isBetween(10_000, numbers().length() / 2);
  }

  @Test
  void theWallClockIsTheHosts() {
    long seconds = Long.parseLong(guest.run("date +%s"));
    assertThat(Instant.ofEpochSecond(seconds))
        .isBetween(Instant.now().minusSeconds(DAY), Instant.now().plusSeconds(DAY));
  }

  @Test
  void aPasteOfAnyLengthArrives() {
    String line = "x".repeat(60);
    guest.run("stty -echo; true");
    guest.send("cat > /tmp/paste <<EOF");
    for (int i = 0; i < 200; i++) {
      guest.send(line);
    }
    guest.send("EOF");
    guest.send("stty echo");
    assertThat(guest.run("wc -c < /tmp/paste")).isEqualTo(Integer.toString(200 * 61));
  }

  @Test
  @Order(LAST - 1)
  void rebootStartsItAgain() {
    guest.run("touch /tmp/before");
    guest.send("reboot");
    guest.expect("Linux version");
    guest.expectShell();
    guest.run("test ! -e /tmp/before");
  }

  @Test
  @Order(LAST)
  void poweroffEndsIt() {
    guest.send("poweroff");
    assertThat(guest.end()).isEqualTo(new ExitReason.PoweredOff());
  }

  private static String digest(String algorithm) throws NoSuchAlgorithmException {
    byte[] sum =
        MessageDigest.getInstance(algorithm).digest(numbers().getBytes(StandardCharsets.US_ASCII));
    return HexFormat.of().formatHex(sum);
  }

  private static String numbers() {
    return IntStream.rangeClosed(1, 20000).mapToObj(i -> i + "\n").collect(Collectors.joining());
  }
}
