// The steps of the tour: what each says, and the part of the page that it speaks of.
export interface Step { readonly title: string; readonly text: string; readonly target: string } // a selector, or what a menu is called

export const STEPS: readonly Step[] = [
  {
    title: "Choisissez un territoire",
    text: "Dans la liste du haut, par la recherche ou d’un clic sur la carte. Carte, chiffres, listes et filtres ne parlent plus que de lui.",
    target: "#territoire",
  },
  {
    title: "Chaque chiffre mène à sa source",
    text: "Choisissez un chiffre\u00a0: la ligne du bilan ou le jeu de données d’où il vient s’ouvre, avec son millésime et sa licence.",
    target: ".synthese",
  },
  {
    title: "Couches et filtres",
    text: "Montrez ou masquez les couches de chaque axe, puis filtrez par statut, période, financeur ou montant. La liste sous les couches donne tout ce que montre la carte.",
    target: ".couches",
  },
  {
    title: "Dessinez, mesurez, comparez",
    text: "Le menu Outils («\u00a0Menu\u00a0» sur un petit écran) dessine un périmètre et en donne les chiffres, mesure une distance, compare deux territoires, ouvre le tableau.",
    target: "Outils",
  },
  {
    title: "Présentez et emportez",
    text: "«\u00a0Présenter\u00a0» met la carte en grand pour une réunion. Le menu Emporter donne une image, une page à imprimer, un tableau ou un lien. Le menu Aide redonne cette visite et les raccourcis clavier.",
    target: "Emporter",
  },
];
