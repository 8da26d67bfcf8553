package jvisor.app.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import jvisor.app.user.Notes;
import jvisor.app.user.UserError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageStoreTest {
  @TempDir Path folder;
  private final ByteArrayOutputStream said = new ByteArrayOutputStream();
  private final AtomicInteger made = new AtomicInteger();

  @Test
  void anImageIsMadeOnceAndThenFound() throws Exception {
    ImageStore store = store(recipe("1"));
    assertThat(store.find("mini")).isEmpty();
    Image image = store.mini();
    assertThat(image.kernel()).hasContent("kernel 1");
    assertThat(image.initrd()).hasContent("initrd");
    assertThat(store.mini()).isEqualTo(image);
    assertThat(store.find("mini")).contains(image);
    assertThat(image.info().kernel()).isEqualTo("linux 6");
    assertThat(made).hasValue(1);
    assertThat(names()).containsExactlyInAnyOrder(".lock", "mini");
  }

  @Test
  void anotherRecipeMakesItAnew() throws Exception {
    store(recipe("1")).mini();
    assertThat(store(recipe("2")).mini().kernel()).hasContent("kernel 2");
    assertThat(store(recipe("2")).build().kernel()).hasContent("kernel 3");
    assertThat(names()).containsExactlyInAnyOrder(".lock", "mini");
  }

  @Test
  void halfAnImageIsNeverSeenAndNothingIsLeftOfIt() {
    ImageStore store =
        store(
            new Failing(target -> {
              Files.writeString(target.resolve("vmlinuz"), "half");
              throw new FileSystemException("initrd", null, "No space left on device");
            }));
    assertThatThrownBy(store::mini)
        .isInstanceOf(UserError.class)
        .hasMessage(
            "cannot write the image folder "
                + folder.resolve("images")
                + ": No space left on device; XDG_CACHE_HOME names another place");
    assertThat(store.find("mini")).isEmpty();
    assertThat(names()).containsExactly(".lock");
  }

  @Test
  void anOutOfDateImageServesWhereItCannotBeMadeAnew() throws Exception {
    store(recipe("1")).mini();
    ImageStore store =
        store(
            new Failing(target -> {
              throw new UserError("no network");
            }));
    assertThat(store.mini().kernel()).hasContent("kernel 1");
    assertThat(said.toString(StandardCharsets.UTF_8)).contains("out of date", "no network");
  }

  @Test
  void theRestsOfAKilledBuildAreSweptAway() throws Exception {
    Files.createDirectories(folder.resolve("images/.new-123/mini"));
    Files.writeString(folder.resolve("images/.new-123/mini/vmlinuz"), "half");
    store(recipe("1")).mini();
    assertThat(names()).containsExactlyInAnyOrder(".lock", "mini");
  }

  @Test
  void aDamagedImageIsMadeAnew() throws Exception {
    store(recipe("1")).mini();
    Files.writeString(folder.resolve("images/mini/image.json"), "{ \"name\" : ");
    assertThat(store(recipe("1")).mini().info().recipe()).isEqualTo("1");
    Files.delete(folder.resolve("images/mini/initrd"));
    assertThat(store(recipe("1")).mini().initrd()).exists();
    assertThat(made).hasValue(3);
  }

  @Test
  void ofSeveralAtOnceOneBuildsAndTheOthersWait() throws Exception {
    CountDownLatch started = new CountDownLatch(1);
    Recipe slow =
        recipe(
            "1",
            () -> {
              started.await();
              return null;
            });
    List<Future<Image>> images = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      for (int i = 0; i < 4; i++) {
        images.add(threads.submit(() -> store(slow).mini()));
      }
      started.countDown();
    }
    for (Future<Image> image : images) {
      assertThat(image.get().kernel()).hasContent("kernel 1");
    }
    assertThat(made).hasValue(1);
  }

  @Test
  void anImageIsRemovedOnce() throws Exception {
    ImageStore store = store(recipe("1"));
    store.mini();
    assertThat(store.remove("mini")).isTrue();
    assertThat(store.remove("mini")).isFalse();
    assertThat(store.find("mini")).isEmpty();
    assertThat(names()).containsExactly(".lock");
  }

  @Test
  void aFolderThatCannotBeMadeIsNamed() throws IOException {
    Files.writeString(folder.resolve("images"), "in the way");
    assertThatThrownBy(() -> store(recipe("1")).mini())
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith("cannot write the image folder " + folder.resolve("images"));
  }

  private ImageStore store(Recipe recipe) {
    Notes notes = new Notes(new PrintStream(said, true, StandardCharsets.UTF_8), false, false);
    return new ImageStore(folder.resolve("images"), notes, recipe);
  }

  private Recipe recipe(String id) {
    return recipe(id, () -> null);
  }

  private Recipe recipe(String id, Callable<?> first) {
    return new Recipe() {
      @Override
      public String id() {
        return id;
      }

      @Override
      public Versions make(Path work, Path target) throws IOException {
        try {
          first.call();
        } catch (Exception e) {
          throw new AssertionError(e);
        }
        Files.writeString(target.resolve("vmlinuz"), "kernel " + made.incrementAndGet());
        Files.writeString(target.resolve("initrd"), "initrd");
        Files.writeString(work.resolve("scratch"), "x");
        return new Versions("linux 6", "busybox 1");
      }
    };
  }

  private interface Step {
    void run(Path target) throws UserError, IOException;
  }

  private record Failing(Step step) implements Recipe {
    @Override
    public String id() {
      return "other";
    }

    @Override
    public Versions make(Path work, Path target) throws UserError, IOException {
      step.run(target);
      throw new AssertionError("the step did not fail");
    }
  }

  private List<String> names() {
    try (Stream<Path> entries = Files.list(folder.resolve("images"))) {
      return entries.map(entry -> entry.getFileName().toString()).toList();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
