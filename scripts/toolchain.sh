# Finds the JDK and Maven that Jvisor is built and run with. Sourced by ./jvisor and ./check; POSIX
# sh. Looks at files and starts no program unless it must, for it runs before every command.

jdk_wanted=25

# jdk_feature HOME: sets $feature to the feature release of the JDK in HOME, 0 if there is none.
jdk_feature() {
  feature=0
  [ -x "$1/bin/java" ] && [ -x "$1/bin/javac" ] || return 0
  if [ -r "$1/release" ]; then
    while IFS='=' read -r key value; do
      if [ "$key" = JAVA_VERSION ]; then
        value=${value#\"}
        feature=${value%%[!0-9]*}
        break
      fi
    done <"$1/release"
  else
    value=$("$1/bin/javac" -version 2>&1)
    value=${value#javac }
    feature=${value%%[!0-9]*}
  fi
  [ -n "$feature" ] || feature=0
}

# try_jdk HOME: sets $jdk and answers true if HOME holds a JDK that will do.
try_jdk() {
  jdk_feature "$1"
  [ "$feature" -ge "$jdk_wanted" ] || return 1
  jdk=$1
}

# find_jdk: sets $jdk: JAVA_HOME, the distribution's folders, SDKMAN, macOS, PATH.
find_jdk() {
  [ -n "${JAVA_HOME-}" ] && try_jdk "$JAVA_HOME" && return 0
  for home in /usr/lib/jvm/*25* /usr/lib/jvm/* /usr/java/* /opt/java/* /opt/jdk* \
    "${SDKMAN_DIR:-${HOME-}/.sdkman}"/candidates/java/* \
    "${HOME-}"/.jdks/* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home \
    "${HOME-}"/Library/Java/JavaVirtualMachines/*/Contents/Home \
    /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home; do
    try_jdk "$home" && return 0
  done
  if javac=$(command -v javac); then
    while [ -L "$javac" ]; do
      link=$(readlink "$javac")
      case $link in
        /*) javac=$link ;;
        *) javac=${javac%/*}/$link ;;
      esac
    done
    try_jdk "$(cd "${javac%/bin/javac}" && pwd -P)" && return 0
  fi
  return 1
}

# need_jdk: find_jdk, or one line and status 2.
need_jdk() {
  find_jdk && return 0
  echo "jvisor: needs a JDK $jdk_wanted or newer: install package openjdk-$jdk_wanted-jdk-headless or" \
    "Temurin $jdk_wanted (https://adoptium.net), or set JAVA_HOME to one" >&2
  exit 2
}

# need_maven: sets $maven, or one line and status 2.
need_maven() {
  if ! maven=$(command -v mvn); then
    echo "jvisor: needs Maven 3.8 or newer to build: install package maven" >&2
    exit 2
  fi
  JAVA_HOME=$jdk
  # Maven's own libraries use what the JDK warns of.
  MAVEN_OPTS="--sun-misc-unsafe-memory-access=allow --enable-native-access=ALL-UNNAMED ${MAVEN_OPTS-}"
  # Java takes the home folder from the system's list of users, everyone else from HOME.
  case ${HOME-} in
    '' | *[[:space:]]*) ;;
    *) MAVEN_OPTS="-Duser.home=$HOME $MAVEN_OPTS" ;;
  esac
  export JAVA_HOME MAVEN_OPTS
  version=$("$maven" -v 2>/dev/null) || version=
  version=${version#*Apache Maven }
  major=${version%%.*}
  minor=${version#*.}
  minor=${minor%%.*}
  case $major$minor in
    *[!0-9]* | '') major=0 minor=0 ;;
  esac
  if [ "$major" -lt 3 ] || { [ "$major" -eq 3 ] && [ "$minor" -lt 8 ]; }; then
    echo "jvisor: needs Maven 3.8 or newer to build, and $maven is another" >&2
    exit 2
  fi
}
