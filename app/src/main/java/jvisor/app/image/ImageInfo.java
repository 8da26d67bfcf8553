package jvisor.app.image;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * What {@code image.json} says.
 *
 * @param name the image's name
 * @param recipe identifies how it was made; another recipe means that it is out of date
 * @param kernel package and version of the kernel
 * @param busybox package and version of busybox
 * @param built when, as ISO 8601 in UTC
 */
@JsonPropertyOrder({"name", "recipe", "kernel", "busybox", "built"})
public record ImageInfo(String name, String recipe, String kernel, String busybox, String built) {
  /**
   * Reads a file; every run does, so token by token, which takes a fraction of the time that it
   * takes to get ready for binding. What is missing is empty, what is unknown is passed over.
   *
   * @throws tools.jackson.core.JacksonException if it cannot be read or is no JSON
   */
  static ImageInfo read(Path file) {
    Map<String, String> texts = new HashMap<>();
    try (JsonParser parser = new JsonFactory().createParser(ObjectReadContext.empty(), file)) {
      parser.nextToken();
      while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
        String name = parser.currentName();
        if (parser.nextToken() == JsonToken.VALUE_STRING) {
          texts.put(name, parser.getString());
        } else {
          parser.skipChildren();
        }
      }
    }
    return new ImageInfo(
        texts.getOrDefault("name", ""),
        texts.getOrDefault("recipe", ""),
        texts.getOrDefault("kernel", ""),
        texts.getOrDefault("busybox", ""),
        texts.getOrDefault("built", ""));
  }
}
