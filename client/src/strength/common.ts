/**
 * Much used passwords and words, the most used first; the order is the rank that `estimate` reads.
 * Excerpt of the public frequency lists (zxcvbn, MIT, Dropbox), vulgar words left out, with words of
 * the languages of our catalogues added. Loaded only when somebody types a new password.
 */
export const commonWords: readonly string[] = `
123456 password 12345678 qwerty 123456789 12345 1234 1234567 dragon 123123 baseball abc123
football monkey letmein shadow master 696969 mustang qwertyuiop 123321 1234567890 superman
654321 1qaz2wsx qazwsx jordan 123qwe killer trustno1 hallo passwort schatz fussball sommer
geheim hunter harley zxcvbnm asdfgh buster batman soccer tigger charlie sunshine iloveyou ranger
hockey computer starwars pepper 112233 zxcvbn freedom princess maggie ginger 131313 love cheese
159753 summer chelsea dallas matrix yankees 6969 corvette austin access thunder merlin secret
diamond hello hammer 1234qwer silver gfhjkm internet samantha golfer scooter test orange cookie
q1w2e3r4t5 maverick sparky phoenix mickey bigdog snoopy guitar whatever chicken camaro mercedes
peanut ferrari falcon cowboy welcome samsung steelers smokey dakota arsenal boomer eagles tigers
marina nascar gateway yellow porsche monster spider diablo hannah bulldog junior london purple
compaq lakers iceman qwer1234 hardcore cowboys money banana ncc1701 boston tennis q1w2e3r4
coffee scooby 123654 nikita yamaha mother barney brandy chester oliver player forever rangers
midnight chicago redsox angel badboy fender jasper slayer rabbit natasha marine wizard marlboro
raiders prince casper fishing flower jasmine iwantu adidas winter winner gandalf password1 enter
ghbdtn 1q2w3e4r golden cocacola jordan23 winston madison angels panther spanky sophie asdfasdf
thx1138 toyota tiger canada 12344321 blowjob 8675309 muffin liverpoo apples qwerty123 passw0rd
abcd1234 pokemon 123abc slipknot qazxsw 123456a scorpion qwaszx butter startrek rainbow
asdfghjkl razz newyork redskins gemini cameron qazwsxedc florida liverpool turtle sierra viking
doctor rocket 159357 dolphins captain bandit jaguar packers pookie peaches 789456 asdf dolphin
helpme blue theman maxwell qwertyui lovers maddog giants nirvana metallic hotdog rosebud
mountain warrior stupid elephant success bond007 alexis lucky scorpio samson q1w2e3 azerty
rush2112 driver freddy 1q2w3e4r5t sydney gators dexter red123 123456q 12345a bubba creative
voodoo golf trouble america nissan gunner garfield asdfghjk 5150 apollo 1qazxsw2 2112 eminem
legend airborne bear beavis apple brooklyn godzilla skippy 4815162342 buddy qwert kitten magic
shelby beaver phantom asdasd xavier braves darkness blink182 copper platinum qweqwe tomcat
01012011 girls bigboy 102030 animal police online 11223344 voyager lifehack 12qwaszx fish sniper
315475 trinity blazer heaven lover snowball loveme bubbles cricket willow donkey topgun nintendo
saturn destiny pakistan pumpkin digital sergey redwings explorer private runner therock guinness
lasvegas beatles 789456123 fire cassie christin qwerty1 celtic asdf1234 andrey broncos 007007
babygirl eclipse fluffy cartman michigan carolina testing alexande birdie pantera cherry vampire
mexico buffalo genius montana beer minecraft maximus flyers lovely stalker metallica doggie
snickers speedy bronco lol123 paradise yankee horses magnum dreams 147258369 lacrosse ou812
goober enigma qwertyu scotty surfer poohbear genesis star asd123 qweasdzxc racing hello1 hawaii
eagle1 viper einstein 12345q drowssap simple badger alaska action jester drummer 111222 spitfire
forest maryjane champion diesel svetlana friday hotrod 147258 chevy lucky1 westside security
google tester shorty thumper mozart zaq12wsx reddog 010203 lizard a123456 123456789a ruslan
eagle 1232323q scarface qwerty12 147852 a12345 buddha 420420 spirit money1 stargate qwe123
naruto mercury liberty 12345qwert suzuki popcorn spooky marley scotland kitty cherokee vikings
simpsons rascal qweasd hummer loveyou michael1 patches russia jupiter penguin passion vfhbyf
honda vladimir sandman passport raider 123789 infinity bulldogs fantasy 1234554321 domino
budlight disney ironman softball brutus redrum bigred mnbvcxz fktrcfylh karina marines digger
kawasaki cougar fireman oksana monday justice super wildcats tinker logitech dancer swordfis
avalon everton alexandr motorola patriots madonna ducati colorado connor juventus galore smooth
freeuser warcraft boogie titanic wolverin elizabet arizona valentin saints asdfg accord test123
password123 christ yfnfif stinky spiderma naughty chopper hello123 ncc1701d extreme skyline
zombie pearljam 123qweasd froggy awesome vision pirate fylhtq dreamer bullet predator empire
123123a kirill charlie1 panthers skipper nemesis peekaboo rolltide cardinal psycho danger mookie
happy1 chevelle manutd goblue hobbes vegeta fyfcnfcbz 852456 picard 159951 windows loverboy
victory vfrcbv bambam serega 123654789 turkey tweety galina hiphop rooster changeme berlin
taurus polina electric avatar 134679 maksim raptor alpha1 hendrix newport brazil spring a1b2c3
madmax alpha britney sublime darkside bigman wolfpack classic hercules ronaldo letmein1 1q2w3e
741852963 spiderman blizzard 123456789q cheyenne cjkysirj tiger1 wombat bubba1 pandora zxc123
holiday wildcat devils horse alabama 147852369 caesar 12312 buddy1 bondage pickle shaggy catch22
leather chronic a1b2c3d4 admin qqq111 qaz123 airplane kodiak billybob sunset katana phpbb
chocolat snowman angel1 stingray firebird wolves zeppelin detroit pontiac gundam panzer vagina
outlaw redhead tarheels greenday nastya 01011980 hardon engineer dragon1 hellfire serenity cobra
fireball lickme darkstar 1029384756 01011 mustang1 flash 124578 strike beauty pavilion 01012000
bobafett dbrnjhbz bigmac bowling chris1 ytrewq natali pyramid rulez welcome1 dodgers apache
swimming whynot teens trooper defender precious 135790 packard weasel popeye lucifer cancer
icecream 142536 raven swordfish presario viktor rockstar blonde james1 wutang spike atlanta
airforce thailand casino lennon mouse 741852 hacker bluebird hawkeye 456123 theone catfish
sailor goldfish nfnmzyf tattoo pervert barbie maxima nipples machine trucks wrangler rocks
tornado lights cadillac bubble pegasus madman longhorn browns target 666999 eatme qazwsx123
microsoft dilbert christia baller lesbian shooter xfiles seattle qazqaz cthutq amateur prelude
corona freaky malibu 123qweasdzxc assassin 246810 atlantis integra iloveu lonewolf dragons
monkey1 unicorn software bobcat stealth peewee openup 753951 srinivas zaqwsx valentina shotgun
trigger veronika bruins coyote babydoll joker dollar lestat rocky1 hottie random butterfly
smiley sweety snake chipper woody samurai devildog gizmo maddie soso123aljg motdepasse bonjour
azertyuiop soleil doudou chouchou loulou jetaime contraseña contrasena teamo tequiero estrella
bonita senha senhas brasil flamengo corinthians palmeiras benfica portugal sakura password1234
password12345 passwordpassword qwertyuiopasdfgh iloveyouforever correcthorsebatterystaple
correct battery staple adobe photoshop administrator changeme123 letmeinplease welcome123
princess1 football1 facebook linkedin dropbox instagram covid spring2024 summer2024 autumn
winter2024 secret123 default guest root login
`
  .trim()
  .split(/\s+/);
