"""The sources of the categories: packages, licences (SPDX) and files.

Versions are set for registries that keep old ones.
"""

from fetch import PINNED

WORDFREQ = ("pip", "wordfreq", PINNED["pip"]["wordfreq"]["version"], "CC-BY-SA-4.0")

# Code, label, alphabet (a regular expression of its letters), code in wordfreq or None.
LATIN = r"[A-Za-zÀ-ɏḀ-ỿ]"
CYRILLIC = r"[Ѐ-ӿ]"
LANGUAGES = [
    ("fr", "French", LATIN, "fr"),
    ("de", "German", LATIN, "de"),
    ("es", "Spanish", LATIN, "es"),
    ("it", "Italian", LATIN, "it"),
    ("pt", "Portuguese", LATIN, "pt"),
    ("nl", "Dutch", LATIN, "nl"),
    ("ca", "Catalan", LATIN, "ca"),
    ("pl", "Polish", LATIN, "pl"),
    ("cs", "Czech", LATIN, "cs"),
    ("sv", "Swedish", LATIN, "sv"),
    ("da", "Danish", LATIN, "da"),
    ("fi", "Finnish", LATIN, "fi"),
    ("hu", "Hungarian", LATIN, "hu"),
    ("ro", "Romanian", LATIN, "ro"),
    ("tr", "Turkish", LATIN, "tr"),
    ("id", "Indonesian", LATIN, "id"),
    ("vi", "Vietnamese", LATIN, "vi"),
    ("ru", "Russian", CYRILLIC, "ru"),
    ("uk", "Ukrainian", CYRILLIC, "uk"),
    ("bg", "Bulgarian", CYRILLIC, "bg"),
    ("el", "Greek", r"[Ͱ-Ͽἀ-῿]", "el"),
    ("he", "Hebrew", r"[֐-׿]", "he"),
    ("ar", "Arabic", r"[؀-ۿ]", "ar"),
    ("fa", "Persian", r"[؀-ۿ]", "fa"),
    ("hi", "Hindi", r"[ऀ-ॿ]", "hi"),
    ("bn", "Bengali", r"[ঀ-৿]", "bn"),
    ("ta", "Tamil", r"[஀-௿]", "ta"),
    ("ko", "Korean", r"[가-힣]", None),
    ("ja", "Japanese", r"[぀-ヿ一-鿿]", None),
    ("zh", "Chinese", r"[一-鿿]", None),
]
# Languages without spaces between words.
CLAUSES = {"ja", "zh"}

HELP = {
    "fr",
    "de",
    "es",
    "it",
    "pt",
    "pt-br",
    "nl",
    "ca",
    "pl",
    "cs",
    "sv",
    "da",
    "fi",
    "hu",
    "tr",
    "id",
    "vi",
    "ru",
    "el",
    "hi",
    "ko",
    "ja",
    "zh-cn",
    "zh-tw",
}
MANUALS = {
    "fr",
    "de",
    "es",
    "it",
    "pt-br",
    "nl",
    "pl",
    "cs",
    "sv",
    "da",
    "fi",
    "hu",
    "ro",
    "tr",
    "id",
    "vi",
    "ru",
    "uk",
    "el",
    "ja",
    "zh",
    "fr-dev",
    "de-dev",
    "es-dev",
    "ru-dev",
    "pl-dev",
    "ja-dev",
}
VARIANTS = {
    "pt": ["pt", "pt-br"],
    "zh": ["zh", "zh-cn", "zh-tw"],
    "ja": ["ja", "ja-dev"],
    "fr": ["fr", "fr-dev"],
    "de": ["de", "de-dev"],
    "es": ["es", "es-dev"],
    "ru": ["ru", "ru-dev"],
    "pl": ["pl", "pl-dev"],
}

# Translations of manual pages that are not all under GPL-3.0-or-later.
MANUALS_LICENCE = "Linux-man-pages-copyleft AND GPL-2.0-or-later"
OTHER_MANUALS = {
    "ja": "as the English pages",
    "ja-dev": "as the English pages",
    "zh": "GPL-2.0-or-later AND GFDL-1.2-or-later",
    "tr": "GPL-2.0-or-later",
}


def natural_sources(code):
    """(registry, package, version, licence, files, reader) of a language other than English."""
    out = []
    names = VARIANTS.get(code, [code])
    for name in names:
        if name in HELP:
            help_name = f"libreoffice-help-{name}"
            out.append(("apt", help_name, None, "MPL-2.0", "**/*.html", "html"))
    for name in names:
        if name in MANUALS:
            licence = OTHER_MANUALS.get(name, "GPL-3.0-or-later")
            out.append(("apt", f"manpages-{name}", None, licence, "**/man/**/*.gz", "roff"))
    guide = f"usr/share/doc/installation-guide-amd64/{code}*/*.html*"
    out.append(("apt", "installation-guide-amd64", None, "GPL-2.0-only", guide, "html"))
    game = f"usr/share/games/wesnoth/1.16/locale/{code}*/**/*.mo"
    out.append(("apt", "wesnoth-1.16-data", None, "GPL-2.0-or-later", game, "mo"))
    return out


# The English originals; a paragraph that also occurs in them is no translation.
ENGLISH = [
    ("apt", "libreoffice-help-en-us", None, "MPL-2.0", "**/*.html", "html"),
    ("apt", "manpages", None, MANUALS_LICENCE, "**/man*/*.gz", "roff"),
    ("apt", "manpages-dev", None, MANUALS_LICENCE, "**/man*/*.gz", "roff"),
    (
        "apt",
        "installation-guide-amd64",
        None,
        "GPL-2.0-only",
        "usr/share/doc/installation-guide-amd64/en/*.html*",
        "html",
    ),
    ("apt", "python3-doc", None, "PSF-2.0", "**/html/**/*.html", "html"),
]
ENGLISH_PROSE = [
    ("apt", "anarchism", None, "GPL-2.0-or-later", "**/*.html*", "html"),
    ("apt", "r-cran-janeaustenr", None, "MIT", "**/Rdata.rdb", "rdata"),
    ("apt", "dict-gcide", None, "GPL-2.0-or-later", "**/*.dict.dz", "dict"),
]


# Packages in the lists below with a different licence than the rest of their list.
OTHER_LICENCES = {
    "d3-array": "ISC",
    "d3-scale": "ISC",
    "leaflet": "BSD-2-Clause",
    "less": "Apache-2.0",
    "mongodb": "Apache-2.0",
    "rustls": "Apache-2.0 OR ISC OR MIT",
    "rxjs": "Apache-2.0",
    "video.js": "Apache-2.0",
}


def apt(name, licence, files):
    return [("apt", name, None, licence, pattern, "code") for pattern in files.split()]


def npm(files, *names):
    return kept_versions("npm", "MIT", files, names)


def crate(licence, files, *names):
    return kept_versions("crate", licence, files, names)


def pip(licence, files, *names):
    return kept_versions("pip", licence, files, names)


def kept_versions(registry, licence, files, names):
    """Sources from a registry that keeps every version."""
    out = []
    for name in names:
        version = PINNED[registry][name]["version"]
        for pattern in files.split():
            licensed = OTHER_LICENCES.get(name, licence)
            out.append((registry, name, version, licensed, pattern, "code"))
    return out


BOTH = "MIT OR Apache-2.0"
CODE = [
    (
        "python",
        "Python",
        apt("libpython3.11-stdlib", "PSF-2.0", "**/*.py")
        + apt("python3-django", "BSD-3-Clause", "**/*.py")
        + pip("BSD-3-Clause", "**/*.py", "networkx", "scrapy", "sympy")
        + pip("MIT", "**/*.py", "sqlalchemy", "pytest")
        + pip("Apache-2.0", "**/*.py", "requests", "tornado"),
    ),
    (
        "javascript",
        "JavaScript",
        npm(
            "**/*.js **/*.mjs",
            "express",
            "webpack",
            "eslint",
            "jquery",
            "leaflet",
            "moment",
            "mongodb",
            "sequelize",
            "mocha",
            "socket.io",
            "angular",
            "backbone",
            "async",
            "gulp",
            "phaser",
            "yargs",
            "commander",
        )
        + npm("package/src/**/*.js", "three", "video.js", "d3-array", "d3-scale"),
    ),
    (
        "typescript",
        "TypeScript",
        npm(
            "**/src/**/*.ts **/src/**/*.tsx",
            "effect",
            "viem",
            "zod",
            "@reduxjs/toolkit",
            "redux",
            "@tanstack/query-core",
            "@tanstack/table-core",
            "react-hook-form",
            "ethers",
            "react-native-reanimated",
            "react-native-gesture-handler",
            "react-native-screens",
        )
        + npm("**/src/**/*.ts", "rxjs")
        + npm("**/*.ts", "@types/node", "vuetify", "antd"),
    ),
    (
        "c",
        "C",
        crate("Apache-2.0", "**/*.c **/*.h", "openssl-src")
        + crate("blessing", "**/*.c **/*.h", "libsqlite3-sys")
        + crate(
            "GPL-2.0-only WITH LicenseRef-linking-exception",
            "libgit2-sys/libgit2/**/*.c libgit2-sys/libgit2/**/*.h",
            "libgit2-sys",
        )
        + crate("BSD-3-Clause OR GPL-2.0-only", "**/*.c **/*.h", "zstd-sys")
        + crate("MIT", "**/*.c **/*.h", "lua-src", "mimalloc")
        + crate("curl", "**/*.c **/*.h", "curl-sys"),
    ),
    (
        "cpp",
        "C++",
        crate(
            "Apache-2.0 OR GPL-2.0-only",
            "librocksdb-sys/rocksdb/**/*.cc librocksdb-sys/rocksdb/**/*.h",
            "librocksdb-sys",
        )
        + crate(
            "Apache-2.0",
            "**/grpc/src/**/*.cc **/grpc/src/**/*.h "
            "**/abseil-cpp/absl/**/*.cc **/abseil-cpp/absl/**/*.h",
            "grpcio-sys",
        )
        + apt("libboost1.74-dev", "BSL-1.0", "usr/include/boost/*/*.hpp")
        + npm("**/ReactCommon/**/*.cpp **/ReactCommon/**/*.h", "react-native"),
    ),
    (
        "java",
        "Java",
        apt("openjdk-17-source", "GPL-2.0-only WITH Classpath-exception-2.0", "**/*.java")
        + npm("**/*.java", "react-native", "react-native-screens", "react-native-gesture-handler"),
    ),
    ("go", "Go", apt("golang-1.19-src", "BSD-3-Clause", "**/src/**/*.go")),
    (
        "rust",
        "Rust",
        crate(
            BOTH,
            "**/*.rs",
            "syn",
            "regex-automata",
            "clap_builder",
            "rayon",
            "diesel",
            "bevy_ecs",
            "wgpu-core",
            "image",
            "rustls",
            "egui",
            "itertools",
            "serde_json",
        )
        + crate("MIT", "**/*.rs", "tokio", "hyper", "polars-core"),
    ),
    (
        "php",
        "PHP",
        apt("wordpress", "GPL-2.0-or-later", "**/*.php")
        + apt("mediawiki", "GPL-2.0-or-later", "**/includes/**/*.php")
        + apt("phpmyadmin", "GPL-2.0-or-later", "**/libraries/**/*.php")
        + apt("php-symfony-http-foundation", "MIT", "**/*.php")
        + apt("php-symfony-console", "MIT", "**/*.php"),
    ),
    (
        "ruby",
        "Ruby",
        apt("libruby3.1", "Ruby OR BSD-2-Clause", "**/*.rb")
        + apt("ruby-activerecord", "MIT", "**/*.rb")
        + apt("ruby-actionpack", "MIT", "**/*.rb")
        + apt("ruby-activesupport", "MIT", "**/*.rb"),
    ),
    (
        "perl",
        "Perl",
        apt("perl-modules-5.36", "Artistic-1.0-Perl OR GPL-1.0-or-later", "**/*.pm **/*.pl"),
    ),
    (
        "html",
        "HTML",
        [
            (r, n, v, l, f, "markup")
            for r, n, v, l, f, _ in apt("python3-doc", "PSF-2.0", "**/html/**/*.html")
            + apt("libreoffice-help-en-us", "MPL-2.0", "**/*.html")
            + npm("**/*.html", "@angular/core", "jasmine-core")
        ],
    ),
    (
        "css",
        "CSS",
        npm(
            "**/*.css **/*.scss **/*.less",
            "bootstrap",
            "bulma",
            "foundation-sites",
            "semantic-ui-css",
            "@primer/css",
            "less",
        ),
    ),
    (
        "markdown",
        "Markdown",
        npm(
            "**/*.md",
            "express",
            "webpack",
            "eslint",
            "mongodb",
            "mocha",
            "socket.io",
            "yargs",
            "viem",
            "effect",
            "leaflet",
            "phaser",
            "async",
            "prettier",
            "react-native-reanimated",
        )
        + crate(
            BOTH,
            "**/*.md",
            "syn",
            "clap_builder",
            "rayon",
            "diesel",
            "bevy_ecs",
            "egui",
            "itertools",
            "serde_json",
            "regex-automata",
        ),
    ),
]
