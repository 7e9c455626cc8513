var draw = new Random(1);
string[] regions = ["north", "south", "west"];
File.WriteAllLines("customers.csv", Enumerable.Range(0, 240).Select(i =>
{
    int age = draw.Next(20, 70), income = draw.Next(20, 90), tenure = draw.Next(0, 20), region = draw.Next(3);
    string plan = income > 60 ? "gold" : age > 45 ? "silver" : "basic";
    return $"{(i % 20 == 0 ? "" : age)},{income},{tenure},{regions[region]},{plan},{tenure < 8},{120 + (2 * income) + (3 * region)}";
}).Prepend("Age,Income,Tenure,Region,Plan,Churn,Spend"));
// block 2
Made.Check(folds.Average(fold => fold.Metrics.MicroAccuracy) > .8, "plans are told apart");
Made.Check(importance.Any(), "every slot has its importance");
Made.Check(further.Model.Epochs > trained.Model.Epochs, "training went on");
// block 3
Made.Check(figures.Average(fold => fold.Metrics.RSquared) > .8, "what is spent is foretold");
