package jvisor.cpu.translator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import jvisor.isa.Assembler;
import jvisor.isa.CodeMode;
import jvisor.isa.Decoder;
import jvisor.isa.Disassembler;
import jvisor.isa.Feature;
import jvisor.isa.Flow;
import jvisor.isa.Insn;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What is emitted for the cases that the design turns on, as text to be read and compared. Each is
 * a file: a remark, where the block begins in its page and how wide its code is, whether it is to
 * be extended by the blocks that follow it, the guest's instructions, a line of dashes, and what
 * has been emitted for them on a host that has every feature. When emitted code is meant to change,
 * {@code -Djvisor.golden=DIRECTORY}, with the directory of these files in the sources, writes the
 * second half anew.
 */
class GoldenTest {
  private static final String LINE = "-".repeat(40) + "\n";
  private static final long STUBS = 0x10_0000;
  private static final long PLACE = 0x20_0000;

  static List<String> cases() throws IOException, URISyntaxException {
    Path directory =
        Path.of(Objects.requireNonNull(GoldenTest.class.getResource("golden")).toURI());
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void whatIsEmittedIsWhatHasBeenReadBefore(String name) throws IOException {
    String text = read(name);
    int line = text.indexOf(LINE);
    String guest = line < 0 ? text : text.substring(0, line);
    String now = emitted(guest, TranslatorOptions.USUAL);
    String directory = System.getProperty("jvisor.golden");
    if (directory != null) {
      Files.writeString(Path.of(directory, name), guest + LINE + now);
    } else {
      assertThat(now).isEqualTo(text.substring(line + LINE.length()));
    }
  }

  private static String read(String name) {
    try (InputStream in =
        Objects.requireNonNull(GoldenTest.class.getResourceAsStream("golden/" + name))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What is emitted for a guest's block, verified. */
  static String emitted(String guest, TranslatorOptions options) {
    int pageOffset = 0;
    boolean narrow = false;
    for (String row : guest.lines().toList()) {
      if (row.startsWith("; at ")) {
        String[] words = row.split(" ");
        pageOffset = Integer.decode(words[2]);
        narrow = words[3].equals("32-bit");
      }
    }
    CodeMode mode = narrow ? CodeMode.BITS32 : CodeMode.BITS64;
    Insn[] block = decode(new Assembler(mode, pageOffset).emit(guest).assemble(), mode);
    Emitter e = new Emitter();
    Stubs stubs = new Stubs(e, STUBS);
    Set<Feature> all = EnumSet.allOf(Feature.class);
    BlockTranslator translator = new BlockTranslator(e, stubs, all, options);
    e.begin(PLACE);
    boolean extended = guest.contains("; extended\n");
    Map<Integer, Insn[]> blocks = extended ? blocks(block, pageOffset) : Map.of(pageOffset, block);
    Part root = new Part(Objects.requireNonNull(blocks.get(pageOffset)), pageOffset);
    List<Part> parts =
        Growth.grow(
            root,
            narrow,
            new Forecast(new long[16]),
            options.switches().isOn(Optimisation.TURNS),
            blocks::get);
    for (int i = 0; i < parts.size(); i++) {
      parts.get(i).number = i;
    }
    translator.emit(root, narrow);
    byte[] code = Arrays.copyOf(e.code(), e.length());
    new Verifier(all, stubs)
        .check(code, code.length, PLACE, root, translator.links(), translator.fallback());
    Listing listing =
        new Listing(code, PLACE, stubs).links(translator.links()).fallback(translator.fallback());
    for (Part part : parts) {
      listing.resumes(part.resumes);
      int at = part.pageOffset;
      for (int i = 0; i < part.size(); i++) {
        listing.title(part.starts[i], Disassembler.text(part.instructions[i], at));
        at += part.instructions[i].length;
      }
    }
    return extended ? listing.text() : listing.title(root.starts[root.size()], "ways out").text();
  }

  /** The blocks that these instructions are, by where they begin in the page. */
  private static Map<Integer, Insn[]> blocks(Insn[] all, int pageOffset) {
    Map<Integer, Insn[]> blocks = new HashMap<>();
    int begin = 0;
    int at = pageOffset;
    int end = pageOffset;
    for (int i = 0; i < all.length; i++) {
      end += all[i].length;
      if (i == all.length - 1 || all[i].row.flow() == Flow.BRANCH) {
        blocks.put(at, Arrays.copyOfRange(all, begin, i + 1));
        begin = i + 1;
        at = end;
      }
    }
    return blocks;
  }

  private static Insn[] decode(byte[] code, CodeMode mode) {
    Decoder decoder = new Decoder(EnumSet.allOf(Feature.class));
    List<Insn> insns = new ArrayList<>();
    for (int at = 0; at < code.length; at += insns.getLast().length) {
      insns.add(decoder.decode(code, at, code.length, mode));
    }
    return insns.toArray(new Insn[0]);
  }
}
