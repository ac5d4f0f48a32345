//! Which addresses lie on the public internet (IANA's special-purpose registries, RFC 6890).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Whether an address is one of the public internet: not this machine's, a private network's, or reserved.
pub(crate) fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let special = address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_documentation()
        || address.is_multicast();
    // "This network", carriers' own, IETF protocols, benchmarks, reserved and broadcast.
    let reserved = a == 0
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 198 && (18..20).contains(&b))
        || a >= 240;
    !special && !reserved
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    if let Some(inner) = carried_v4(address) {
        return is_public_v4(inner);
    }
    let first = address.segments()[0];
    // Only 2000::/3 is given out; within it, documentation and protocol blocks are not.
    let given_out = first & 0xe000 == 0x2000;
    let documentation = address.segments()[..2] == [0x2001, 0xdb8] || first == 0x3fff;
    let protocols = first == 0x2001 && address.segments()[1] < 0x200;
    given_out && !documentation && !protocols
}

/// The IPv4 address that an IPv6 one stands for: mapped, translated (RFC 6052), 6to4 (RFC 3056).
fn carried_v4(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let [s0, s1, s2, .., s6, s7] = address.segments();
    let v4 = |high: u16, low: u16| Ipv4Addr::from((u32::from(high) << 16) | u32::from(low));
    if let Some(mapped) = address.to_ipv4_mapped() {
        return Some(mapped);
    }
    match (s0, s1) {
        (0x64, 0xff9b) if address.segments()[2..6] == [0; 4] => Some(v4(s6, s7)),
        (0x2002, high) => Some(v4(high, s2)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    //! Public and not.

    use super::*;

    #[test]
    fn only_addresses_of_the_public_internet_are_public() {
        for public in [
            "104.192.141.1",
            "1.1.1.1",
            "100.63.0.1",
            "172.32.0.1",
            "192.0.1.1",
            "2401:1d80:3000::1",
            "::ffff:1.1.1.1",
            "64:ff9b::101:101",
            "2002:101:101::1",
        ] {
            assert!(is_public(public.parse().unwrap()), "{public}");
        }
        for special in [
            "127.0.0.1",
            "127.9.9.9",
            "0.0.0.0",
            "0.1.2.3",
            "10.0.0.1",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "100.127.255.255",
            "192.0.0.8",
            "192.0.2.1",
            "198.18.0.1",
            "198.19.255.255",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:169.254.169.254",
            "::127.0.0.1",
            "64:ff9b::a00:1",
            "64:ff9b:1::1",
            "2002:7f00:1::1",
            "2001:db8::1",
            "2001::1",
            "3fff::1",
            "fc00::1",
            "fd12:3456::1",
            "fe80::1",
            "ff02::1",
        ] {
            assert!(!is_public(special.parse().unwrap()), "{special}");
        }
    }
}
