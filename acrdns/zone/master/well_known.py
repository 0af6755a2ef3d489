"""Protocols and services that WKS data names (RFC 1035 section 3.4.2): the numbers of RFC 1010 and of IANA.

They stand here so that a zone loads equally everywhere: /etc/protocols and /etc/services differ, or do not exist.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_WITH_PORTS = ("6", "17")
"""TCP and UDP."""


def _numbers(table: str) -> dict[str, int]:
    """Read `number:name,name ...`."""
    rows = (row.split(":") for row in table.split())
    return {name: int(number) for number, names in rows for name in names.split(",")}


PROTOCOLS = _numbers("""
    0:hopopt,ip 1:icmp 2:igmp 3:ggp 4:ip-encap,ipencap 5:st 6:tcp 7:ucl 8:egp 9:igp 10:bbn-rcc-mon 11:nvp-ii 12:pup
    13:argus 14:emcon 15:xnet 16:chaos 17:udp 18:mux 19:dcn-meas 20:hmp 21:prm 22:xns-idp 23:trunk-1 24:trunk-2
    25:leaf-1 26:leaf-2 27:rdp 28:irtp 29:iso-tp4 30:netblt 31:mfe-nsp 32:merit-inp 33:dccp,sep 36:xtp 37:ddp
    38:idpr-cmtp 41:ipv6 43:ipv6-route 44:ipv6-frag 45:idrp 46:rsvp 47:gre 50:esp,ipsec-esp 51:ah,ipsec-ah 57:skip
    58:ipv6-icmp 59:ipv6-nonxt 60:ipv6-opts 62:cftp 64:sat-expak 65:mit-subnet 66:rvd 67:ippc 69:sat-mon 71:ipcv
    73:cphb,rspf 76:br-sat-mon 78:wb-mon 79:wb-expak 81:vmtp 88:eigrp 89:ospf,ospfigp 93:ax.25 94:ipip 97:etherip
    98:encap 103:pim 108:ipcomp 112:vrrp 115:l2tp 124:isis 132:sctp 133:fc 135:mobility-header 136:udplite
    137:mpls-in-ip 138:manet 139:hip 140:shim6 141:wesp 142:rohc 143:ethernet
""")
"""IP protocols by name, in lower case."""
SERVICES = _numbers("""
    1:tcpmux 5:rje 7:echo 9:discard,null,sink 11:systat,users 13:daytime 15:netstat 17:qotd,quote
    19:chargen,source,ttytst 20:ftp-data 21:fsp,fspd,ftp 22:ssh 23:telnet 25:mail,smtp 27:nsw-fe 29:msg-icp
    31:msg-auth 33:dsp 37:time,timserver 39:rlp 41:graphics 42:nameserver 43:nicname,whois 44:mpm-flags 45:mpm
    46:mpm-snd 47:ni-ftp 49:tacacs 51:la-maint 53:domain 55:isi-gl 61:ni-mail 63:via-ftp 65:tacacs-ds 67:bootps
    68:bootpc 69:tftp 70:gopher 71:netrjs-1 72:netrjs-2 73:netrjs-3 74:netrjs-4 79:finger 80:http,www 81:hosts2-ns
    88:kerberos,kerberos-sec,kerberos5,krb5 89:su-mit-tg 91:mit-dov 93:dcp 95:supdup 97:swift-rvf 98:tacnews
    99:metagram 101:hostname 102:iso-tsap,tsap 103:x400 104:acr-nema,x400-snd 105:csnet-ns 106:poppassd 107:rtelnet
    109:pop-2 110:pop-3,pop3 111:portmapper,sunrpc 113:auth,authentication,ident,tap 115:sftp 117:uucp-path
    119:nntp,readnews,untp 121:erpc 123:ntp 125:locus-map 127:locus-con 129:pwdgen 130:cisco-fna 131:cisco-tna
    132:cisco-sys 133:statsrv 134:ingres-net 135:epmap,loc-srv 136:profile 137:netbios-ns 138:netbios-dgm
    139:netbios-ssn 140:emfis-data 141:emfis-cntl 142:bl-idm 143:imap,imap2 161:snmp 162:snmp-trap,snmptrap
    163:cmip-man 164:cmip-agent 174:mailq 177:xdmcp 179:bgp 199:smux 209:qmtp 210:wais,z3950 213:ipx 243:sur-meas
    245:link 319:ptp-event 320:ptp-general 345:pawserv 346:zserv 369:rpc2portmap 370:codaauth2 371:clearcase 389:ldap
    427:svrloc 443:https 444:snpp 445:microsoft-ds 464:kpasswd 465:smtps,ssmtp,submissions,urd 487:saft 500:isakmp
    512:biff,comsat,exec 513:login,who,whod 514:cmd,shell,syslog 515:printer,spooler 517:talk 518:ntalk
    520:route,routed,router 538:gdomap 540:uucp,uucpd 543:klogin 544:krcmd,kshell 546:dhcpv6-client 547:dhcpv6-server
    548:afpovertcp 554:rtsp 563:nntps,snntp 587:submission 607:nqs 623:asf-rmcp 628:qmqp 631:ipp 636:ldaps 646:ldp
    655:tinc 706:silc 749:kerberos-adm 750:kdc,kerberos-iv,kerberos4 751:kerberos-master,kerberos_master
    752:passwd-server,passwd_server 754:hprop,krb-prop,krb5_prop,krb_prop 775:moira-db,moira_db
    777:moira-update,moira_update 779:moira-ureg,moira_ureg 783:spamd 853:domain-s 871:supfilesrv 873:rsync
    989:ftps-data 990:ftps 992:telnets 993:imaps 995:pop3s 1080:socks 1093:proofd 1094:rootd 1099:rmiregistry
    1127:supfiledbg 1178:skkserv 1194:openvpn 1210:predict 1236:rmtcfg 1313:xtel 1314:xtelw 1352:lotusnote,lotusnotes
    1433:ms-sql-s 1434:ms-sql-m 1524:ingreslock 1645:datametrics,old-radius 1646:old-radacct,sa-msg-port 1649:kermit
    1677:groupwise 1701:l2f,l2tp 1812:radius 1813:radacct,radius-acct 2000:cisco-sccp 2049:nfs 2086:gnunet
    2101:rtcm-sc104 2102:zephyr-srv 2103:zephyr-clt 2104:zephyr-hm 2119:gsigatekeeper 2121:iprop 2135:gris
    2401:cvspserver 2430:venus 2431:venus-se 2432:codasrv 2433:codasrv-se 2583:mon 2600:zebrasrv 2601:zebra 2602:ripd
    2603:ripngd 2604:ospfd 2605:bgpd 2606:ospf6d 2607:ospfapi 2608:isisd 2628:dict 2792:f5-globalsite 2811:gsiftp
    2947:gpsd 3050:gds-db,gds_db 3130:icp,icpv2 3205:isns 3260:iscsi-target 3306:mysql 3389:ms-wbt-server 3493:nut
    3632:distcc 3689:daap 3690:subversion,svn 4031:suucp 4094:sysrqd 4190:sieve 4353:f5-iquery 4369:epmd 4373:remctl
    4460:ntske 4500:ipsec-nat-t 4557:fax 4559:hylafax 4569:iax 4691:mtn 4899:radmin-port 4949:lrrd,munin 5060:sip
    5061:sip-tls 5222:jabber-client,xmpp-client 5269:jabber-server,xmpp-server 5308:cfengine 5353:mdns
    5432:postgres,postgresql 5555:rplay 5556:freeciv,rptp 5666:nrpe 5667:nsca 5671:amqps 5672:amqp 5680:canna
    6000:x11,x11-0 6001:x11-1 6002:x11-2 6003:x11-3 6004:x11-4 6005:x11-5 6006:x11-6 6007:x11-7 6346:gnutella-svc
    6347:gnutella-rtr 6379:redis 6444:sge-qmaster,sge_qmaster 6445:sge-execd,sge_execd 6446:mysql-proxy
    6514:syslog-tls 6566:sane,sane-port,saned 6667:ircd 6696:babel 6697:ircs-u 7000:afs3-fileserver,bbs
    7001:afs3-callback 7002:afs3-prserver 7003:afs3-vlserver 7004:afs3-kaserver 7005:afs3-volser 7007:afs3-bos
    7008:afs3-update 7009:afs3-rmtsys 7100:font-service,xfs 8021:zope-ftp 8080:http-alt,webcache 8081:tproxy
    8088:omniorb 8140:puppet 8990:clc-build-daemon 9098:xinetd 9101:bacula-dir 9102:bacula-fd 9103:bacula-sd 9418:git
    9667:xmms2 9673:zope 10000:webmin 10050:zabbix-agent 10051:zabbix-trapper 10080:amanda 10081:kamanda
    10082:amandaidx 10083:amidxtape 10809:nbd 11112:dicom 11371:hkp 17001:sgi-cmsd 17002:sgi-crsd 17003:sgi-gcd
    17004:sgi-cad 17500:db-lsp 22125:dcap 22128:gsidcap 22273:wnn6 24554:binkp 27374:asp 30865:csync2 57000:dircproxy
    60177:tfido 60179:fido
""")
"""Ports by the name of their service, in lower case; the same port over TCP and UDP."""


def in_numbers(fields: list[str]) -> list[str]:
    """Return WKS data (address, protocol, services) with numbers for names. Raises ValueError for unknown names."""
    address, protocol, *services = *fields, "", ""
    number = _number(protocol, PROTOCOLS, "no protocol of RFC 1010 or IANA; write its number")
    known = SERVICES if number in _WITH_PORTS else {}
    ports = [
        _number(service, known, "no service of RFC 1010 or IANA over this protocol; write its port")
        for service in services
        if service
    ]
    return [address, number, *ports]


def _number(text: str, known: Mapping[str, int], complaint: str) -> str:
    if text.isascii() and text.isdecimal():
        return text
    if text.lower() not in known:
        raise ValueError(f"{text or 'nothing'} is {complaint}")
    return str(known[text.lower()])
