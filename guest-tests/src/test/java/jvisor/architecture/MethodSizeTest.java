package jvisor.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** HotSpot never compiles a method of more than 8,000 bytecodes: it would stay 25 times slower. */
class MethodSizeTest {
  private static final int HUGE = 8_000;

  private int methods;

  @Test
  void noMethodIsTooLargeForTheCompiler() throws IOException {
    List<String> huge = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
      Path path = Path.of(entry);
      if (Files.isDirectory(path)) {
        examine(path, huge);
      } else if (path.getFileName().toString().startsWith("jvisor-")) {
        try (FileSystem jar = FileSystems.newFileSystem(path)) {
          examine(jar.getPath("/"), huge);
        }
      }
    }
    assertThat(methods).as("methods seen").isGreaterThan(1_000);
    assertThat(huge).isEmpty();
  }

  private void examine(Path root, List<String> huge) throws IOException {
    Path classes = root.resolve("jvisor");
    if (!Files.isDirectory(classes)) {
      return;
    }
    try (Stream<Path> files = Files.walk(classes)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".class")).toList()) {
        ClassModel model = ClassFile.of().parse(Files.readAllBytes(file));
        model
            .methods()
            .forEach(method -> {
              methods++;
              int length =
                  method.findAttribute(Attributes.code()).map(c -> c.codeLength()).orElse(0);
              // Run once and never hot.
              if (length > HUGE && !method.methodName().equalsString("<clinit>")) {
                huge.add(file + " " + method.methodName() + ": " + length);
              }
            });
      }
    }
  }
}
