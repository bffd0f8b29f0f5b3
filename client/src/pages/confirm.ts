// First, so that the element finds the page in the person's language.
import './language.ts';
import '../elements/confirm.ts';
import { startPage } from './page.ts';

startPage();
