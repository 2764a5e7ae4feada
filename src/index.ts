export { ChaosExperiment, type ChaosExperimentInit } from './api/chaos-experiment.js';
export {
  ChaosOrchestrator,
  type RepeatExperimentOptions,
  type RunExperimentOptions,
} from './api/chaos-orchestrator.js';
export type { ContinuousChaosOptions, ContinuousChaosResults } from './api/continuous-options.js';
export type { GamedayOptions, HypothesisedScenario } from './api/gameday-options.js';
export type { ChaosOrchestratorOptions } from './api/chaos-orchestrator-options.js';
export { defaultResilienceTargets, ResilienceTester } from './api/resilience-tester.js';
export { runSuite, type SuiteOptions } from './api/run-suite.js';
export type { ResilienceMetrics } from './api/resilience-metrics.js';
export type {
  ResilienceOptions,
  ResilienceTesterOptions,
  Subject,
  TestFaultToleranceOptions,
  TestRecoveryTimeOptions,
  TestResilienceOptions,
} from './api/resilience-options.js';
export { qualityGate, type QualityGate, type QualityGateOptions } from './api/quality-gate.js';
export { verifyPatch, type PatchVerification, type VerifyPatchOptions } from './api/verify-patch.js';
export type { GoAnswer, GoDecider, GoDecision, GoQuestion } from './campaign/go-question.js';
export { FaultInjector, type FaultInjectorOptions, type InjectionOptions } from './faults/fault-injector.js';
export type { Injection } from './faults/injection.js';
export { taggedBaggage } from './interpose/request-tags.js';
export { isInjected } from './interpose/injected-error.js';
export { type ReplayCoverage, replayCoverage } from './judge/replay/replay-coverage.js';
export type { RecordedDecision } from './judge/replay/recorded-run.js';
export type { CampaignEvent, CampaignEventSink } from './model/campaign-events.js';
export type {
  AgendaItem,
  CampaignResults,
  ComparedSide,
  CompareResults,
  ContinuousResults,
  GamedayResults,
  RepeatedCriterion,
  RepeatResults,
  SuiteResults,
  SuiteScenario,
  SuiteTest,
  TesterResults,
  TestStanding,
  TestTally,
  TestUnderScenario,
  TrendPoint,
} from './model/campaign-results.js';
export { ChaosError, type ChaosErrorCode, isChaosError } from './model/chaos-error.js';
export type { Clock } from './model/clock.js';
export type {
  Compared,
  ComparedName,
  ComparedQuantity,
  ComparedRuns,
  ComparedScenario,
  Margin,
  Margins,
} from './model/comparison.js';
export { type Decide, decisions } from './model/decide.js';
export { type DetailTable, detailTable } from './model/detail-table.js';
export type { Duration } from './model/duration.js';
export type { ChaosEvent, EventOf, EventSink } from './model/events.js';
export type { Aftermath, Evidence, Exposure, Measurement } from './model/evidence.js';
export type {
  AbortConditions,
  AddressSpec,
  CriteriaFunction,
  DependencySpec,
  Experiment,
  ReadySpec,
  RunningSpec,
  StartSpec,
  SuccessCriteria,
  TargetSystem,
} from './model/experiment.js';
export type { ActiveFault, Backend, Fault, FaultContext, FiredDecision, Support } from './model/fault.js';
export type { GateCoverage, GateResult, GateRun, GateScenario } from './model/gate-result.js';
export type { AgendaPoint, StopOn } from './model/gameday.js';
export type { Interval } from './model/interval.js';
export type { MetricDetail, ResilienceMetricName } from './model/metric-detail.js';
export type {
  CommandProbeSpec,
  FunctionProbeSpec,
  HealthCheck,
  HttpProbeSpec,
  ProbeSpec,
  TcpProbeSpec,
} from './model/probe.js';
export type { Receipt, ReceiptOf } from './model/receipt.js';
export type { HandlerCount, HandlerKind, HandlerPlace } from './model/handler.js';
export type {
  CriterionResult,
  HandlerResults,
  HandlerTotals,
  MetricsSummary,
  ObservedHandler,
  ProbeMetrics,
  Recommendation,
  ResponseTimes,
  Results,
  ScenarioHandlers,
  ScenarioResult,
} from './model/results.js';
export { ResultsNotKept } from './model/results-not-kept.js';
export type { RoundCriterion, RoundSummary } from './model/round-summary.js';
export type { SafetyLimits } from './model/safety-limits.js';
export type { Scenario, Severity } from './model/scenario.js';
export type {
  CallSelection,
  DelayDistribution,
  ExceptionType,
  NumberRange,
  ScenarioParameters,
} from './model/scenario-parameters.js';
export { ChaosScenarioType, type ScenarioCategory } from './model/scenario-type.js';
export { systemClock } from './model/system-clock.js';
export type { Target } from './model/target.js';
export { exitCodeOf, type Status, type Verdict } from './model/verdict.js';
export { CHAOS_SCENARIOS } from './scenarios/chaos-scenarios.js';
export { ChaosScenario, type ChaosScenarioInit } from './scenarios/chaos-scenario.js';
export { getScenariosBySeverity } from './scenarios/get-scenarios-by-severity.js';
export { parseExperiment } from './spec/parse-experiment.js';
export { readExperimentFile } from './spec/read-experiment-file.js';
export { addressTarget } from './targets/address-target.js';
export { inProcessTarget } from './targets/in-process-target.js';
export { runningTarget } from './targets/running-target.js';
export { startedTarget } from './targets/started-target.js';
export { thisProcessTarget } from './targets/this-process-target.js';
