//! Search keys of Chinese names, of persons and of organizations.

use pinyin::ToPinyin;

/// Characters whose usual reading in names is not the first one of the dictionary.
const IN_NAMES: &[(char, &str)] = &[
    ('长', "chang"),
    ('都', "du"),
    ('曾', "zeng"),
    ('翟', "zhai"),
    ('缪', "miao"),
    ('覃', "qin"),
    ('卜', "bu"),
    ('仇', "qiu"),
    ('晟', "sheng"),
];

/// Readings as a surname, where they differ from the reading elsewhere.
const AS_SURNAME: &[(&str, &[&str])] = &[
    ("尉迟", &["yu", "chi"]),
    ("万俟", &["mo", "qi"]),
    ("长孙", &["zhang", "sun"]),
    ("澹台", &["tan", "tai"]),
    ("单于", &["chan", "yu"]),
    ("单", &["shan"]),
    ("解", &["xie"]),
    ("区", &["ou"]),
    ("查", &["zha"]),
    ("朴", &["piao"]),
    ("盖", &["ge"]),
    ("乐", &["yue"]),
    ("种", &["chong"]),
    ("折", &["she"]),
    ("黑", &["he"]),
    ("洗", &["xian"]),
    ("秘", &["bi"]),
    ("员", &["yun"]),
    ("繁", &["po"]),
    ("召", &["shao"]),
    ("句", &["gou"]),
    ("祭", &["zhai"]),
    ("宿", &["su"]),
    ("谌", &["chen"]),
];

/// Words in which a character is read in its own way.
const IN_WORDS: &[(&str, &[&str])] = &[
    ("重庆", &["chong", "qing"]),
    ("重阳", &["chong", "yang"]),
    ("九重", &["jiu", "chong"]),
    ("解放", &["jie", "fang"]),
    ("解元", &["jie", "yuan"]),
    ("黑龙", &["hei", "long"]),
    ("黑山", &["hei", "shan"]),
    ("长子", &["zhang", "zi"]),
    ("校长", &["xiao", "zhang"]),
    ("行长", &["hang", "zhang"]),
    ("银行", &["yin", "hang"]),
    ("厦门", &["xia", "men"]),
    ("六安", &["lu", "an"]),
    ("台州", &["tai", "zhou"]),
    ("乐清", &["yue", "qing"]),
    ("音乐", &["yin", "yue"]),
    ("会计", &["kuai", "ji"]),
    ("牌坊", &["pai", "fang"]),
    ("蚌埠", &["beng", "bu"]),
    ("番禺", &["pan", "yu"]),
    ("东阿", &["dong", "e"]),
    ("单县", &["shan", "xian"]),
    ("大都会", &["da", "du", "hui"]),
];

/// What a name is found and sorted by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameKeys {
    /// All syllables joined, lower case, without tones; ü is written v.
    pub pinyin: String,
    /// First letters of the syllables; numbers in full.
    pub initials: String,
    /// The key of name order for collation "C": syllables, two spaces, the name itself.
    /// A space sorts before every letter, so a short syllable comes before a longer one.
    pub key: String,
    /// Single characters and pairs of neighbours, each once.
    pub grams: Vec<String>,
}

impl NameKeys {
    /// The keys of a name of a person or an organization.
    pub fn of(name: &str) -> Self {
        let syllables = syllables(name);
        let initials = syllables.iter().fold(String::new(), |mut initials, syllable| {
            match syllable.chars().next() {
                Some(first) if first.is_ascii_digit() => initials.push_str(syllable),
                Some(first) => initials.push(first),
                None => {}
            }
            initials
        });
        let mut key = syllables.join(" ");
        key.push_str("  ");
        key.push_str(name);
        let characters = characters(name);
        let mut grams: Vec<String> = Vec::with_capacity(characters.len() * 2);
        let singles = characters.iter().map(char::to_string);
        for gram in singles.chain(pairs(&characters)) {
            if !grams.contains(&gram) {
                grams.push(gram);
            }
        }
        Self { pinyin: syllables.concat(), initials, key, grams }
    }
}

impl NameKeys {
    /// The keys of an organization's name. Nearly all begin with the party's name, which would make their
    /// pinyin and initials alike, so these keys begin behind it; and because people remember a place by its
    /// letters from the middle of the name, the pairs of its initials are among the grams.
    pub fn of_organization(name: &str) -> Self {
        const PARTY: &str = "中国共产党";
        let rest = name.strip_prefix(PARTY).filter(|rest| !rest.is_empty()).unwrap_or(name);
        let mut keys = Self::of(rest);
        let letters: Vec<char> = keys.initials.chars().collect();
        for gram in Self::of(name).grams.into_iter().chain(pairs(&letters)) {
            if !keys.grams.contains(&gram) {
                keys.grams.push(gram);
            }
        }
        keys
    }
}

/// The grams that a name containing this text must have: its pairs, or its only character.
pub fn grams_of_query(text: &str) -> Vec<String> {
    let characters = characters(text);
    let mut grams: Vec<String> = Vec::with_capacity(characters.len());
    if characters.len() < 2 {
        grams.extend(characters.iter().map(char::to_string));
    }
    for gram in pairs(&characters) {
        if !grams.contains(&gram) {
            grams.push(gram);
        }
    }
    grams
}

/// How a search text is to be understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NameQuery {
    /// Part of a name: all of these grams.
    Chinese(Vec<String>),
    /// Beginning of the initials or of the pinyin.
    Latin(String),
}

impl NameQuery {
    /// Chinese as soon as one character is not Latin; a text without letters or digits is an empty Latin one.
    pub fn parse(text: &str) -> Self {
        let latin = |character: &char| character.is_ascii() || *character == 'ü' || *character == 'Ü';
        let characters = characters(text);
        if characters.iter().all(latin) {
            return Self::Latin(characters.into_iter().map(plain).collect());
        }
        Self::Chinese(grams_of_query(text))
    }
}

/// Letters and digits in lower case; spaces and punctuation do not count.
fn characters(text: &str) -> Vec<char> {
    text.chars().filter(|character| character.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn pairs(characters: &[char]) -> impl Iterator<Item = String> {
    characters.iter().zip(characters.iter().skip(1)).map(|(first, second)| format!("{first}{second}"))
}

fn plain(letter: char) -> char {
    match letter {
        'ü' => 'v',
        'ê' => 'e',
        other => other,
    }
}

fn syllables(name: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::with_capacity(name.len() / 3);
    let mut rest = name;
    let mut word_open = false;
    if !IN_WORDS.iter().any(|(word, _)| name.starts_with(word))
        && name.chars().count() <= 4
        && let Some((surname, readings)) = AS_SURNAME.iter().find(|(surname, _)| name.starts_with(surname))
    {
        found.extend(readings.iter().map(|reading| (*reading).to_owned()));
        rest = name.get(surname.len()..).unwrap_or_default();
    }
    while let Some(character) = rest.chars().next() {
        if !character.is_ascii()
            && let Some((word, readings)) = IN_WORDS.iter().find(|(word, _)| rest.starts_with(word))
        {
            found.extend(readings.iter().map(|reading| (*reading).to_owned()));
            rest = rest.get(word.len()..).unwrap_or_default();
            word_open = false;
            continue;
        }
        rest = rest.get(character.len_utf8()..).unwrap_or_default();
        let in_names = IN_NAMES.iter().find(|(known, _)| *known == character).map(|(_, reading)| *reading);
        if let Some(reading) = in_names.or_else(|| character.to_pinyin().map(|pinyin| pinyin.plain())) {
            found.push(reading.chars().map(plain).collect());
            word_open = false;
        } else if character.is_alphanumeric() {
            let lower = character.to_lowercase().map(plain);
            match found.last_mut() {
                Some(word) if word_open && same_sort(word, character) => word.extend(lower),
                _ => found.push(lower.collect()),
            }
            word_open = true;
        } else {
            word_open = false;
        }
    }
    found
}

/// Letters make one word and digits make one number, but not together.
fn same_sort(word: &str, next: char) -> bool {
    word.chars().next_back().is_some_and(|last| last.is_numeric() == next.is_numeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pinyin(name: &str) -> String {
        NameKeys::of(name).pinyin
    }

    #[test]
    fn a_name_has_pinyin_initials_key_and_grams() {
        let keys = NameKeys::of("王小明");
        assert_eq!(keys.pinyin, "wangxiaoming");
        assert_eq!(keys.initials, "wxm");
        assert_eq!(keys.key, "wang xiao ming  王小明");
        assert_eq!(keys.grams, ["王", "小", "明", "王小", "小明"]);
    }

    #[test]
    fn surnames_and_places_are_read_in_their_own_way() {
        for (name, expected) in [
            ("曾国强", "zengguoqiang"),
            ("单雄信", "shanxiongxin"),
            ("解缙", "xiejin"),
            ("仇英", "qiuying"),
            ("区大林", "oudalin"),
            ("查良镛", "zhaliangyong"),
            ("尉迟恭", "yuchigong"),
            ("吕布", "lvbu"),
            ("李重", "lizhong"),
            ("覃明", "qinming"),
            ("中国共产党重庆市委员会", "zhongguogongchandangchongqingshiweiyuanhui"),
            ("长寿区", "changshouqu"),
            ("丰都县", "fengduxian"),
            ("解放碑", "jiefangbei"),
            ("单元楼党支部第一小组", "danyuanloudangzhibudiyixiaozu"),
        ] {
            assert_eq!(pinyin(name), expected, "{name}");
        }
    }

    #[test]
    fn latin_letters_and_digits_pass_through() {
        let keys = NameKeys::of("TCL公司第12党支部");
        assert_eq!(keys.pinyin, "tclgongsidi12dangzhibu");
        assert_eq!(keys.initials, "tgsd12dzb");
        assert_eq!(NameKeys::of("阿依努尔·买买提").initials, "aynemmt");
        assert_eq!(NameKeys::of("").key, "  ");
    }

    #[test]
    fn short_syllables_sort_before_longer_ones() {
        let mut names = ["连明", "李娜", "李", "李安"];
        names.sort_by_key(|name| NameKeys::of(name).key);
        assert_eq!(names, ["李", "李安", "李娜", "连明"]);
    }

    #[test]
    fn a_query_is_chinese_or_latin() {
        assert_eq!(NameQuery::parse("小明"), NameQuery::Chinese(vec!["小明".into()]));
        assert_eq!(NameQuery::parse("明"), NameQuery::Chinese(vec!["明".into()]));
        assert_eq!(NameQuery::parse("第1支部"), NameQuery::Chinese(vec!["第1".into(), "1支".into(), "支部".into()]));
        assert_eq!(NameQuery::parse(" Wang xM "), NameQuery::Latin("wangxm".into()));
        assert_eq!(NameQuery::parse("Lü"), NameQuery::Latin("lv".into()));
        assert_eq!(NameQuery::parse(" · "), NameQuery::Latin(String::new()));
    }

    #[test]
    fn every_query_inside_a_name_has_only_grams_of_the_name() {
        let keys = NameKeys::of("重庆市万州区高笋塘街道");
        for part in ["万", "万州", "高笋塘", "重庆市万州区高笋塘街道"] {
            assert!(grams_of_query(part).iter().all(|gram| keys.grams.contains(gram)), "{part}");
        }
    }

    #[test]
    fn an_organization_is_found_by_letters_from_the_middle_of_its_name() {
        let keys = NameKeys::of_organization("中国共产党万州区高笋塘街道工作委员会");
        assert!(keys.pinyin.starts_with("wanzhou") && keys.initials.contains("gst"));
        for gram in ["gs", "st", "中国", "高笋"] {
            assert!(keys.grams.iter().any(|known| known == gram), "{gram}");
        }
    }
}
