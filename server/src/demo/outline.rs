//! The places a tree is built over: counties, townships, villages.

use crate::areas::reference;

/// What a village is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Place {
    /// A village in the country.
    #[default]
    Village,
    /// A community of residents.
    Community,
}

#[derive(Clone, Debug)]
pub(super) struct Village {
    pub(super) code: String,
    pub(super) name: String,
    pub(super) place: Place,
    /// Place of its county and of its township in the outline.
    pub(super) county: usize,
    pub(super) township: usize,
}

#[derive(Clone, Debug)]
pub(super) struct Township {
    pub(super) code: String,
    pub(super) name: String,
    pub(super) county: usize,
    pub(super) is_subdistrict: bool,
}

#[derive(Clone, Debug)]
pub(super) struct County {
    pub(super) code: String,
    pub(super) name: String,
}

/// One tree of places, parents before children.
pub(super) struct Outline {
    pub(super) code: &'static str,
    pub(super) name: &'static str,
    /// Kind of the root: municipality or city.
    pub(super) kind: &'static str,
    pub(super) label: &'static str,
    /// Whether the codes are those of real divisions.
    pub(super) is_real: bool,
    pub(super) counties: Vec<County>,
    pub(super) townships: Vec<Township>,
    pub(super) villages: Vec<Village>,
}

impl Outline {
    fn empty(code: &'static str, name: &'static str, kind: &'static str, label: &'static str) -> Self {
        let (counties, townships, villages) = (Vec::new(), Vec::new(), Vec::new());
        Self { code, name, kind, label, is_real: label == "a01", counties, townships, villages }
    }

    /// Chongqing as in `data/divisions_chongqing.csv`.
    pub(super) fn chongqing() -> anyhow::Result<Self> {
        let mut outline = Self::empty("500000", "重庆市", "11", "a01");
        for row in reference::csv("divisions_chongqing.csv")?.deserialize::<[String; 6]>() {
            let [code, parent, level, name, short_name, kind] = row?;
            let here = (outline.counties.len().saturating_sub(1), outline.townships.len().saturating_sub(1));
            match level.as_str() {
                "county" => outline.counties.push(County { code, name }),
                "township" => {
                    let county = outline.counties.iter().position(|county| county.code == parent).unwrap_or(here.0);
                    let is_subdistrict = kind == "subdistrict";
                    outline.townships.push(Township { code, name, county, is_subdistrict });
                }
                "village" => {
                    let last = outline.townships.get(here.1).filter(|last| last.code == parent).map(|_| here.1);
                    let found = last.or_else(|| outline.townships.iter().position(|township| township.code == parent));
                    let township = found.unwrap_or(here.1);
                    let county = outline.townships.get(township).map_or(here.0, |township| township.county);
                    let place = if kind == "community" { Place::Community } else { Place::Village };
                    let name = if short_name.is_empty() { name } else { short_name };
                    outline.villages.push(Village { code, name, place, county, township });
                }
                _ => {}
            }
        }
        outline.make_names_unique();
        Ok(outline)
    }

    /// A made-up city: three counties, ten townships, forty villages.
    pub(super) fn made_up() -> Self {
        let mut outline = Self::empty("990100", "云江市", "12", "b01");
        let villages = ["江湾社区", "青石村", "桃花村", "柳林村"];
        for (county, (name, townships)) in [
            ("临江区", &["滨江街道", "望江街道", "新桥街道", "白塔镇"][..]),
            ("云山县", &["云山镇", "石门镇", "松坪乡"][..]),
            ("湖山县", &["湖心镇", "芦苇镇", "荷田乡"][..]),
        ]
        .into_iter()
        .enumerate()
        {
            let code = format!("9901{:02}", county + 1);
            for (number, township) in townships.iter().enumerate() {
                let code = format!("{code}{:03}", number + 1);
                let is_subdistrict = township.ends_with("街道");
                for (number, village) in villages.iter().enumerate() {
                    let is_community = is_subdistrict || village.ends_with("社区");
                    let name = village.trim_end_matches(['村', '社', '区']);
                    let (place, ending) = if is_community { (Place::Community, "社区") } else { (Place::Village, "村") };
                    outline.villages.push(Village {
                        code: format!("{code}{:03}", if is_community { number + 1 } else { number + 200 }),
                        name: format!("{name}{ending}"),
                        place,
                        county,
                        township: outline.townships.len(),
                    });
                }
                outline.townships.push(Township { code, name: (*township).to_owned(), county, is_subdistrict });
            }
            outline.counties.push(County { code, name: name.to_owned() });
        }
        outline
    }

    /// One township has a community and a village of the same name.
    fn make_names_unique(&mut self) {
        let mut seen = std::collections::HashSet::new();
        for village in &mut self.villages {
            if !seen.insert((village.township, village.name.clone())) {
                village.name.push_str("（村）");
                seen.insert((village.township, village.name.clone()));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_outline_has_every_place() {
        let outline = Outline::chongqing().expect("the divisions");
        let sizes = (outline.counties.len(), outline.townships.len(), outline.villages.len());
        assert_eq!(sizes, (38, 1031, 11_270));
        for village in &outline.villages {
            let township = &outline.townships[village.township];
            assert!(village.code.starts_with(&township.code), "{}", village.code);
            assert!(township.code.starts_with(&outline.counties[village.county].code), "{}", village.code);
        }
        let made_up = Outline::made_up();
        assert_eq!((made_up.counties.len(), made_up.townships.len(), made_up.villages.len()), (3, 10, 40));
    }
}
