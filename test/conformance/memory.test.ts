import { brokerConformance } from './broker.js';
import { memorySubject } from './subjects.js';

brokerConformance('in-process', memorySubject);
