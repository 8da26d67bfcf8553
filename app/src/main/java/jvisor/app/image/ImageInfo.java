package jvisor.app.image;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;

/**
 * What {@code image.json} says.
 *
 * @param name the image's name
 * @param recipe identifies how it was made; another recipe means that it is out of date
 * @param kernel package and version of the kernel
 * @param busybox package and version of busybox
 * @param built when, as ISO 8601 in UTC
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonPropertyOrder({"name", "recipe", "kernel", "busybox", "built"})
public record ImageInfo(String name, String recipe, String kernel, String busybox, String built) {}
