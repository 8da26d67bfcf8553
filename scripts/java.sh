# How Java runs what has been built. Sourced by ./jvisor and scripts/build.sh: an AOT cache serves
# only the options and the class path that it was recorded with.

# The virtual machine says nothing on standard output, which is the guest's; little memory of its own
# and one processor are enough for the collector.
java_options='-Xlog:disable -XX:+DisplayVMOutputToStderr -XX:+UseSerialGC -XX:-UsePerfData
  --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow'

# class_path FOLDER: prints the class path of the build in FOLDER.
class_path() {
  path=$1/jvisor.jar
  for jar in "$1"/lib/*.jar; do
    path=$path:$jar
  done
  printf '%s' "$path"
}
